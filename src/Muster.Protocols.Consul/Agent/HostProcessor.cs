namespace Muster.Protocols.Consul.Agent;

/// <summary>A processor as its system lists it.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Facts">What is listed of it, by the system's names: <c>vendor_id</c>, <c>model name</c>, <c>flags</c> and so on.</param>
public sealed record HostProcessor(int Number, IReadOnlyDictionary<string, string> Facts);
