using System.Text.Json.Serialization;

namespace Muster.Bench.Calibration;

/// <summary>The body of PUT /v1/agent/service/register, as far as the benchmark uses it.</summary>
internal sealed record Registration(
    [property: JsonPropertyName("ID")] string Id,
    string Name,
    string[] Tags,
    string Address,
    int Port,
    Dictionary<string, string> Meta,
    RegistrationCheck Check);
