namespace Muster.Protocols.Dns.Transport;

/// <summary>What one TCP listener allows.</summary>
/// <param name="MaxConnections">Connections at a time.</param>
/// <param name="MaxConnectionsPerClient">Connections at a time from one address.</param>
/// <param name="IdleTimeout">Longest time between two complete queries, and for sending a response.</param>
internal sealed record TcpLimits(int MaxConnections, int MaxConnectionsPerClient, TimeSpan IdleTimeout);
