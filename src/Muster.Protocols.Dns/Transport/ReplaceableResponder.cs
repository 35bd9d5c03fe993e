namespace Muster.Protocols.Dns.Transport;

/// <summary>Passes queries on to a responder that can be replaced between two of them.</summary>
internal sealed class ReplaceableResponder(IDnsResponder first) : IDnsResponder
{
    private volatile IDnsResponder _current = first;

    public int Respond(ReadOnlySpan<byte> query, Span<byte> response, DnsTransport transport) => _current.Respond(query, response, transport);

    /// <summary>Has later queries answered by another; those under way end with the present one.</summary>
    public void Replace(IDnsResponder next) => _current = next;
}
