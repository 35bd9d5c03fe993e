using System.Buffers.Binary;
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
    private const int OfferedUdpSize = 1232;

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
        return answer is null ? Fail(response.Span, length) : Relay(query.Span, answer, response.Span, length);
    }

    /// <summary>Adds the addresses behind the last alias in our own response; leaves it as it is when nobody knows them.</summary>
    public async Task<int> CompleteAliasAsync(ReadOnlyMemory<byte> query, Memory<byte> response, int length, DnsTransport transport)
    {
        byte[] own = response[..length].ToArray();
        UpstreamQuestion? question = AliasOf(query.Span, own);
        byte[]? answer = question is null ? null : await AskAsync(question, transport);
        return answer is null ? length : Join(query.Span, own, answer, response.Span);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static UpstreamQuestion QuestionOf(ReadOnlySpan<byte> query, int room)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        return new UpstreamQuestion(parsed.Name, parsed.Type, parsed.HasEdns ? Math.Min(room, OfferedUdpSize) : 0, parsed.DnssecOk);
    }

    private static UpstreamQuestion? AliasOf(ReadOnlySpan<byte> query, ReadOnlySpan<byte> own)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        byte[] name = new byte[DnsName.MaxLength];
        int nameLength = 0;
        DnsMessageReader.TryCreate(own, out DnsMessageReader reader);
        reader.TryReadQuestion(out _, out _, out _);
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            int offset = record.DataOffset;
            if (section == DnsSection.Answer && record.Type == DnsRecordType.Cname)
            {
                DnsName.TryExpand(own, ref offset, name, out nameLength);
            }
        }

        DnsRecordType type = parsed.Type == DnsRecordType.Any ? DnsRecordType.A : parsed.Type;
        return nameLength == 0 ? null : new UpstreamQuestion(name.AsSpan(0, nameLength), type, OfferedUdpSize, dnssecOk: false);
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

    // The client's own number, and the name in the letters the client wrote it in.
    private static int Relay(ReadOnlySpan<byte> query, byte[] answer, Span<byte> response, int length)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        if (answer.Length > response.Length)
        {
            DnsResponseWriter writer = new(response, parsed);
            writer.MarkTruncated();
            return writer.Finish(DnsResponseCode.NoError, authoritative: false, recursionAvailable: true);
        }

        answer.CopyTo(response);
        BinaryPrimitives.WriteUInt16BigEndian(response, parsed.Header.Id);
        response[3] |= 0x80; // recursion is available: it just happened
        parsed.Name.CopyTo(response[DnsHeader.Size..]);
        return answer.Length;
    }

    private static int Join(ReadOnlySpan<byte> query, byte[] own, byte[] answer, Span<byte> response)
    {
        DnsQuery.Parse(query, out DnsQuery parsed);
        DnsResponseWriter writer = new(response, parsed);
        if (!CopyAnswers(own, ref writer) || !CopyAnswers(answer, ref writer))
        {
            writer.MarkTruncated();
        }

        return writer.Finish(DnsResponseCode.NoError, authoritative: true, recursionAvailable: true);
    }

    // Names are spelled out: the places that compression pointed to are elsewhere now.
    private static bool CopyAnswers(ReadOnlySpan<byte> message, ref DnsResponseWriter writer)
    {
        Span<byte> owner = stackalloc byte[DnsName.MaxLength];
        Span<byte> target = stackalloc byte[DnsName.MaxLength];
        DnsMessageReader.TryCreate(message, out DnsMessageReader reader);
        reader.TryReadQuestion(out _, out _, out _);
        while (reader.TryReadRecord(out DnsRecord record, out DnsSection section))
        {
            int nameOffset = record.NameOffset;
            int dataOffset = record.DataOffset;
            bool isAlias = record.Type == DnsRecordType.Cname;
            if (section != DnsSection.Answer || !(isAlias || record.Type is DnsRecordType.A or DnsRecordType.Aaaa)
                || !DnsName.TryExpand(message, ref nameOffset, owner, out int ownerLength))
            {
                continue;
            }

            scoped ReadOnlySpan<byte> data = record.Data;
            if (isAlias)
            {
                if (!DnsName.TryExpand(message, ref dataOffset, target, out int targetLength))
                {
                    continue;
                }

                data = target[..targetLength];
            }

            if (!writer.TryAppend(DnsSection.Answer, owner[..ownerLength], record.Type, record.TimeToLive, data))
            {
                return false;
            }
        }

        return true;
    }
}
