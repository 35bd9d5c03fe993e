using System.Text.Json;

namespace Muster.Server.Configuration;

/// <summary>A service or check as a configuration file defines it, not yet read.</summary>
/// <param name="Source">The file and key it stands in, for messages.</param>
/// <param name="Value">The JSON value.</param>
internal sealed record ConfiguredDefinition(string Source, JsonElement Value);
