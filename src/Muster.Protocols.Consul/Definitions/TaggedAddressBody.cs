namespace Muster.Protocols.Consul.Definitions;

/// <summary>One tagged address as it was sent.</summary>
internal readonly record struct TaggedAddressBody(string Address, long Port);
