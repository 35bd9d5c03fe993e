namespace Muster.Protocols.Dns.Transport;

/// <summary>Turns one query into one response. Called from many threads at once.</summary>
internal interface IDnsResponder
{
    /// <summary>
    /// Writes the response to <paramref name="query"/> and returns its length, 0 to stay silent.
    /// <paramref name="response"/> holds the transport's largest message.
    /// </summary>
    int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport);
}
