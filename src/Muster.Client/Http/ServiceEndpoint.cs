namespace Muster.Client.Http;

/// <summary>Where an instance is reached.</summary>
/// <param name="Address">With the scheme, the instance's address and port, and the path of the address that was asked for.</param>
/// <param name="Host">The Host header and the name for TLS, if another than the address says; null otherwise.</param>
public readonly record struct ServiceEndpoint(Uri Address, string? Host);
