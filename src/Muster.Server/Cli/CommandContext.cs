using Muster.Server.Cli.Api;
using Muster.Server.Cli.Output;

namespace Muster.Server.Cli;

/// <summary>What every command of the client kind gets: the server to ask, where to write, and whether a script reads it.</summary>
/// <param name="Client">Speaks to the server.</param>
/// <param name="Output">Where to write.</param>
/// <param name="Json">Write the server's JSON instead of text.</param>
internal sealed record CommandContext(RegistryClient Client, CommandOutput Output, bool Json);
