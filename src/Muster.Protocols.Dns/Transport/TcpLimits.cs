namespace Muster.Protocols.Dns.Transport;

/// <summary>What one TCP listener allows.</summary>
/// <param name="MaxConnections">Connections at a time.</param>
/// <param name="Clients">Counts the connections of each client address, on all listeners together.</param>
/// <param name="IdleTimeout">Longest time between two complete queries, and for sending a response.</param>
internal sealed record TcpLimits(int MaxConnections, ClientCounts Clients, TimeSpan IdleTimeout);
