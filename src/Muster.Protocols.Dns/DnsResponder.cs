using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Recursion;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

/// <summary>
/// What the sockets ask: reads the query, has the catalog's part composed, and passes on what only a recursor knows.
/// Which options that follows can be changed at any time, between two queries.
/// </summary>
internal sealed class DnsResponder(DnsMetrics metrics, CatalogResponder first, Recursor? firstRecursor) : IDnsResponder
{
    /// <summary>Questions that may wait for a recursor at a time; one more is answered SERVFAIL at once.</summary>
    private const int MaxWaiting = 1024;

    private volatile Rules _rules = new(first, firstRecursor);
    private int _waiting;

    /// <summary>Answers by other rules from the next query on; returns the recursor that is to be disposed.</summary>
    public Recursor? Replace(CatalogResponder catalog, Recursor? recursor)
    {
        Recursor? before = _rules.Recursor;
        _rules = new Rules(catalog, recursor);
        return before;
    }

    /// <summary>Ends what waits for a recursor.</summary>
    public void Stop() => _rules.Recursor?.Dispose();

    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport)
    {
        DnsQueryVerdict verdict = DnsQuery.Parse(query, out DnsQuery parsed);
        if (verdict == DnsQueryVerdict.Drop)
        {
            metrics.OnDropped();
            return 0;
        }

        Rules rules = _rules;
        Outcome outcome = rules.Catalog.Compose(parsed, verdict, response, transport, out int length, out bool truncated);
        DnsResponseCode code = outcome.Code;
        if (outcome.Recursion != RecursionNeed.None)
        {
            if (TryEnter())
            {
                return IDnsResponder.Later;
            }

            // Too many questions under way. An alias without its address is still an answer.
            code = outcome.Recursion == RecursionNeed.Question ? Recursor.MakeFailure(response) : code;
        }

        metrics.OnAnswered(parsed.Type, code);
        if (truncated)
        {
            metrics.OnTruncated();
        }

        return length;
    }

    public int RespondTruncated(ReadOnlySpan<byte> query, Span<byte> response)
    {
        if (DnsQuery.Parse(query, out DnsQuery parsed) == DnsQueryVerdict.Drop)
        {
            return 0;
        }

        DnsResponseWriter writer = new(response, parsed);
        writer.MarkTruncated();
        return writer.Finish(DnsResponseCode.NoError, authoritative: true);
    }

    public async Task<int> RespondLaterAsync(ReadOnlyMemory<byte> query, Memory<byte> response, DnsTransport transport)
    {
        Rules rules = _rules;
        Outcome outcome = ComposeAgain(rules, query.Span, response.Span, transport, out int length, out int room, out DnsRecordType type);
        DnsResponseCode code = outcome.Code;
        try
        {
            // Should the options have changed while the query waited, the catalog's part is the whole answer.
            length = (outcome.Recursion, rules.Recursor) switch
            {
                (RecursionNeed.Question, { } recursor) => await recursor.PassOnAsync(query, response[..room], length, transport),
                (RecursionNeed.Alias, { } recursor) => await recursor.CompleteAliasAsync(query, response[..room], length, transport),
                _ => length,
            };
            code = (DnsResponseCode)(response.Span[3] & 0xF);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            metrics.OnAnswered(type, code);
        }

        return length;
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _waiting) <= MaxWaiting)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    private static Outcome ComposeAgain(
        Rules rules, ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport, out int length, out int room, out DnsRecordType type)
    {
        DnsQueryVerdict verdict = DnsQuery.Parse(query, out DnsQuery parsed);
        room = rules.Catalog.RoomFor(parsed, transport, response.Length);
        type = parsed.Type;
        return rules.Catalog.Compose(parsed, verdict, response, transport, out length, out _);
    }

    private sealed record Rules(CatalogResponder Catalog, Recursor? Recursor);
}
