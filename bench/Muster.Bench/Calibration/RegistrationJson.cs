using System.Text.Json.Serialization;

namespace Muster.Bench.Calibration;

/// <summary>Source-generated JSON, for the calibration server and for the bodies the bench sends.</summary>
[JsonSerializable(typeof(Registration))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
