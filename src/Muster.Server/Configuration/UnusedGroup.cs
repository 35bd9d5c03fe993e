namespace Muster.Server.Configuration;

/// <summary>Settings of Consul's that have no effect for the same reason.</summary>
/// <param name="Why">The reason, as the warning gives it.</param>
/// <param name="Keys">Keys of configuration files, with spaces between them.</param>
/// <param name="Flags">Flags, with spaces between them; those that need no value end in <c>!</c>.</param>
internal sealed record UnusedGroup(string Why, string Keys, string Flags);
