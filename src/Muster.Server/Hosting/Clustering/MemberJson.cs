using System.Text.Json.Serialization;

namespace Muster.Server.Hosting.Clustering;

[JsonSerializable(typeof(KnownMembers))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
internal sealed partial class MemberJson : JsonSerializerContext;
