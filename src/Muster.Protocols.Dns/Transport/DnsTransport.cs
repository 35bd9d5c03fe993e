namespace Muster.Protocols.Dns.Transport;

/// <summary>How a query arrived, which decides how large the answer may be.</summary>
internal enum DnsTransport
{
    Udp,
    Tcp,
}
