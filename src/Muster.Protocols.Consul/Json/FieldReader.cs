namespace Muster.Protocols.Consul.Json;

/// <summary>Reads the value of one field into its place in a body.</summary>
internal delegate void FieldReader<in T>(ref GoJsonReader json, T body);
