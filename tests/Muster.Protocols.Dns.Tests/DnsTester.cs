using System.Buffers.Binary;
using Muster.Protocols.Dns.Recursion;
using Muster.Protocols.Dns.Reverse;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Asks a responder without sockets.</summary>
internal sealed class DnsTester : IDisposable
{
    private readonly DnsMetrics _metrics = new(null);
    private readonly DnsResponder _responder;

    public DnsTester(TestCatalog catalog, DnsServerOptions? options = null, int seed = 1)
    {
        DnsServerOptions used = options ?? new DnsServerOptions();
        Assert.Empty(used.Validate());
        CatalogResponder responder = new(
            catalog.Catalog, used, new ReverseIndex(catalog.Catalog), TimeProvider.System, new Random(seed));
        Recursor? recursor = used.Recursors.Count == 0 ? null : new Recursor(used, TimeProvider.System, new Random(seed));
        _responder = new DnsResponder(_metrics, responder, recursor);
    }

    public IDnsResponder Responder => _responder;

    public DnsAnswer Ask(
        string name, DnsRecordType type = DnsRecordType.A, int? edns = null, DnsTransport transport = DnsTransport.Udp)
    {
        byte[]? response = Send(Query(name, type, edns), transport);
        Assert.NotNull(response);
        return DnsAnswer.Read(response);
    }

    /// <summary>Asks what needs a recursor.</summary>
    public async Task<DnsAnswer> AskLaterAsync(string name, DnsRecordType type = DnsRecordType.A, DnsTransport transport = DnsTransport.Udp)
    {
        byte[] query = Query(name, type);
        byte[] response = new byte[transport == DnsTransport.Udp ? 4096 : 65534];
        Assert.Equal(IDnsResponder.Later, _responder.Respond(query, response, transport));
        return DnsAnswer.Read(response.AsSpan(0, await _responder.RespondLaterAsync(query, response, transport)));
    }

    public byte[]? Send(byte[] query, DnsTransport transport = DnsTransport.Udp)
    {
        byte[] response = new byte[transport == DnsTransport.Udp ? 4096 : 65534];
        int length = _responder.Respond(query, response, transport);
        return length == 0 ? null : response[..length];
    }

    public static byte[] Query(string name, DnsRecordType type, int? edns = null)
    {
        byte[] wire = new byte[DnsName.MaxLength];
        Assert.True(DnsName.TryEncode(name, wire, out int length));
        List<byte> packet = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is null ? 0 : 1), .. wire[..length]];
        packet.AddRange([(byte)((int)type >> 8), (byte)type, 0, 1]);
        if (edns is { } size)
        {
            packet.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        }

        return [.. packet];
    }

    public void Dispose()
    {
        _responder.Stop();
        _metrics.Dispose();
    }
}
