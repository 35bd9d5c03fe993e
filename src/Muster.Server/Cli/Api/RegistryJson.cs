using System.Text.Json.Serialization;

namespace Muster.Server.Cli.Api;

/// <summary>Serializers made at build time: the command line starts without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceList))]
[JsonSerializable(typeof(InstanceList))]
[JsonSerializable(typeof(InstanceView))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(TimelineView))]
[JsonSerializable(typeof(StalenessView))]
[JsonSerializable(typeof(WatchLine))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(ClusterDocument))]
[JsonSerializable(typeof(PreservationReport))]
[JsonSerializable(typeof(PreservationEnd))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class RegistryJson : JsonSerializerContext;
