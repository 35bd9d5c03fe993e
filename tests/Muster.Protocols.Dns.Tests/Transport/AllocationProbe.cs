using Muster.Protocols.Dns.Transport;

namespace Muster.Protocols.Dns.Tests.Transport;

/// <summary>Echoes, and notes what its thread had allocated at each query.</summary>
internal sealed class AllocationProbe : IDnsResponder
{
    public long[] AllocatedAt { get; } = new long[4096];

    public int Count { get; private set; }

    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport)
    {
        AllocatedAt[Count++] = GC.GetAllocatedBytesForCurrentThread();
        query.CopyTo(response);
        return query.Length;
    }

    public int RespondTruncated(ReadOnlySpan<byte> query, Span<byte> response) => 0;

    public Task<int> RespondLaterAsync(ReadOnlyMemory<byte> query, Memory<byte> response, DnsTransport transport) => Task.FromResult(0);
}
