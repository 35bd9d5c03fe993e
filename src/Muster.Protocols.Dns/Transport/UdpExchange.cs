using System.Buffers;

namespace Muster.Protocols.Dns.Transport;

/// <summary>What happens between receiving a datagram and sending one, whichever loop moves them.</summary>
internal sealed class UdpExchange(IDnsResponder responder, ResponseRateLimiter limiter, DnsMetrics metrics, int responseSize)
{
    /// <summary>
    /// Writes the response and returns its length, 0 to stay silent, <see cref="IDnsResponder.Later"/> when
    /// <see cref="AnswerLater"/> is to follow. <paramref name="client"/> is a socket address as the kernel writes it.
    /// </summary>
    public int Answer(ReadOnlySpan<byte> query, Span<byte> response, ReadOnlySpan<byte> client)
    {
        switch (limiter.Decide(client))
        {
            case RateVerdict.Send:
                return responder.Respond(query, response, DnsTransport.Udp);
            case RateVerdict.Truncate:
                metrics.OnRateLimited(slipped: true);
                return responder.RespondTruncated(query, response);
            default:
                metrics.OnRateLimited(slipped: false);
                return 0;
        }
    }

    /// <summary>Answers in its own time; the query is copied.</summary>
    public void AnswerLater(ReadOnlySpan<byte> query, IUdpReply reply)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(query.Length);
        query.CopyTo(copy);
        _ = AnswerLaterAsync(copy, query.Length, reply);
    }

    private async Task AnswerLaterAsync(byte[] query, int length, IUdpReply reply)
    {
        byte[] response = ArrayPool<byte>.Shared.Rent(responseSize);
        try
        {
            int answer = await responder.RespondLaterAsync(query.AsMemory(0, length), response.AsMemory(0, responseSize), DnsTransport.Udp);
            reply.Send(response.AsSpan(0, answer));
        }
        catch (Exception)
        {
            metrics.OnSendFailure(); // the server stops, or the client is out of reach
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(query);
            ArrayPool<byte>.Shared.Return(response);
        }
    }
}
