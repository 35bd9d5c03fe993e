using Muster.Protocols.Dns.Transport;

namespace Muster.Protocols.Dns.Tests.Transport;

/// <summary>Answers with the query itself; silent when it starts with 0, throws when it starts with 255.</summary>
internal sealed class EchoResponder : IDnsResponder
{
    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport)
    {
        if (query.IsEmpty || query[0] == 0)
        {
            return 0;
        }

        if (query[0] == 255)
        {
            throw new InvalidOperationException("a bug in the responder");
        }

        query.CopyTo(response);
        return query.Length;
    }

    public int RespondTruncated(ReadOnlySpan<byte> query, Span<byte> response) => 0;

    public Task<int> RespondLaterAsync(ReadOnlyMemory<byte> query, Memory<byte> response, DnsTransport transport) => Task.FromResult(0);
}
