using System.Text.Json.Serialization;

namespace Muster.Client.Registration;

/// <summary>Serializers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistrationDocuments.Instance))]
[JsonSerializable(typeof(RegistrationDocuments.InstanceBatch))]
[JsonSerializable(typeof(RegistrationDocuments.RenewalBatch))]
[JsonSerializable(typeof(RegistrationDocuments.InstanceBatchAnswer))]
[JsonSerializable(typeof(RegistrationDocuments.RenewalBatchAnswer))]
[JsonSerializable(typeof(RegistrationDocuments.Problem))]
internal sealed partial class RegistrationJson : JsonSerializerContext;
