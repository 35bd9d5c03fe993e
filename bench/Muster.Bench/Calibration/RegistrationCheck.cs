using System.Text.Json.Serialization;

namespace Muster.Bench.Calibration;

/// <summary>A TTL check inside a registration.</summary>
internal sealed record RegistrationCheck([property: JsonPropertyName("TTL")] string Ttl, string Status);
