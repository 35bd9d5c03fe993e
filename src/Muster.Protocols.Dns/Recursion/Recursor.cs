using System.Net;
using System.Net.Sockets;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Recursion;

/// <summary>
/// Finds elsewhere what the catalog does not know: asks the configured servers one after another, two seconds each,
/// until one says that the name has records or has none. Nothing is cached.
/// </summary>
internal sealed class Recursor(DnsServerOptions options, TimeProvider time, Random random) : IDisposable
{
    private readonly IPEndPoint[] _servers = [.. options.Recursors];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Turns a response composed already into SERVFAIL; returns that code.</summary>
    public static DnsResponseCode MakeFailure(Span<byte> response)
    {
        response[3] = (byte)((response[3] & 0xF0) | (int)DnsResponseCode.ServerFailure);
        return DnsResponseCode.ServerFailure;
    }

    /// <summary>
    /// Has the whole question answered by a recursor. <paramref name="response"/> is as long as the client takes, and
    /// holds what we would say ourselves in its first <paramref name="length"/> bytes.
    /// </summary>
    public async Task<int> PassOnAsync(ReadOnlyMemory<byte> query, Memory<byte> response, int length, DnsTransport transport)
    {
        byte[]? answer = await AskAsync(QuestionOf(query.Span, response.Length), transport);
        return answer is null ? Fail(response.Span, length) : UpstreamAnswer.Relay(query.Span, answer, response.Span);
    }

    /// <summary>Adds the addresses behind the last alias in our own response; leaves it as it is when nobody knows them.</summary>
    public async Task<int> CompleteAliasAsync(ReadOnlyMemory<byte> query, Memory<byte> response, int length, DnsTransport transport)
    {
        byte[] own = response[..length].ToArray();
        UpstreamQuestion? question = UpstreamAnswer.AliasOf(query.Span, own);
        byte[]? answer = question is null ? null : await AskAsync(question, transport);
        return answer is null ? length : UpstreamAnswer.Join(query.Span, own, answer, response.Span);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static UpstreamQuestion QuestionOf(ReadOnlySpan<byte> query, int room)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        return new UpstreamQuestion(parsed.Name, parsed.Type, parsed.HasEdns ? Math.Min(room, UpstreamQuestion.UdpSize) : 0, parsed.DnssecOk);
    }

    /// <summary>The first usable answer of a recursor; null when all of them failed.</summary>
    private async Task<byte[]?> AskAsync(UpstreamQuestion question, DnsTransport transport)
    {
        int first = options.RecursorStrategy == RecursorStrategy.Random ? random.Next(_servers.Length) : 0;
        for (int i = 0; i < _servers.Length && !_stop.IsCancellationRequested; i++)
        {
            byte[]? answer = await AskOneAsync(_servers[(first + i) % _servers.Length], question, transport);
            if (answer is not null && (DnsResponseCode)(answer[3] & 0xF) is DnsResponseCode.NoError or DnsResponseCode.NameError)
            {
                return answer;
            }
        }

        return null;
    }

    private async Task<byte[]?> AskOneAsync(IPEndPoint server, UpstreamQuestion question, DnsTransport transport)
    {
        try
        {
            using CancellationTokenSource timeout = new(options.RecursorTimeout, time);
            using CancellationTokenRegistration stopping = _stop.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
            byte[] answer = await UpstreamClient.AskUdpAsync(server, question, timeout.Token);
            bool cut = DnsHeader.TryRead(answer, out DnsHeader header) && header.IsTruncated;
            return cut && transport == DnsTransport.Tcp ? await UpstreamClient.AskTcpAsync(server, question, timeout.Token) : answer;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or InvalidDataException or ObjectDisposedException)
        {
            return null; // late, unreachable or not speaking DNS: the next one
        }
    }

    private static int Fail(Span<byte> response, int length)
    {
        MakeFailure(response);
        return length;
    }
}
