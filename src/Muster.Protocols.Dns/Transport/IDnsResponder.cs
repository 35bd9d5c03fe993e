namespace Muster.Protocols.Dns.Transport;

/// <summary>Turns one query into one response. Called from many threads at once.</summary>
internal interface IDnsResponder
{
    /// <summary>What <see cref="Respond"/> returns for a query whose response takes time: ask <see cref="RespondLaterAsync"/>, once.</summary>
    const int Later = -1;

    /// <summary>
    /// Writes the response to <paramref name="query"/> and returns its length, 0 to stay silent, or <see cref="Later"/>.
    /// <paramref name="response"/> holds the transport's largest message.
    /// </summary>
    int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport);

    /// <summary>
    /// Writes the smallest response that makes an honest client ask again over TCP; returns its length, 0 when the query
    /// deserves none.
    /// </summary>
    int RespondTruncated(ReadOnlySpan<byte> query, Span<byte> response);

    /// <summary>Writes the response that takes time; never throws, ends soon when the server stops.</summary>
    Task<int> RespondLaterAsync(ReadOnlyMemory<byte> query, Memory<byte> response, DnsTransport transport);
}
