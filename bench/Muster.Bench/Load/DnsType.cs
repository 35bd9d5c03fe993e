namespace Muster.Bench.Load;

/// <summary>DNS record types the bench asks for.</summary>
internal enum DnsType : ushort
{
    A = 1,
    Srv = 33,
}
