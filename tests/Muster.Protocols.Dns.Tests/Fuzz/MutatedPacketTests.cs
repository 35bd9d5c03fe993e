using System.Buffers.Binary;
using System.Globalization;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests.Fuzz;

/// <summary>
/// Whatever arrives: no exception, at most one packet out, none to a response, never more than the client can take, and
/// what goes out is well-formed. Other seeds: MUSTER_DNS_FUZZ_SEED, more packets: MUSTER_DNS_FUZZ_ROUNDS.
/// </summary>
public sealed class MutatedPacketTests
{
    private const int UdpMost = 4096;
    private const int TcpMost = 65534;

    [Fact]
    public void Seeds_AreAtLeastFifty() => Assert.True(SeedPackets.Read().Count >= 50);

    [Fact]
    public void Respond_AMillionMutatedPackets_KeepsEveryRule()
    {
        int seed = Setting("MUSTER_DNS_FUZZ_SEED", 20261121);
        int rounds = Setting("MUSTER_DNS_FUZZ_ROUNDS", 1_000_000);
        using DnsTester dns = Tester();
        PacketMutator mutator = new(SeedPackets.Read(), new Random(seed));
        byte[] response = new byte[TcpMost];
        int answered = 0;
        for (int round = 0; round < rounds; round++)
        {
            ReadOnlySpan<byte> packet = mutator.Next();
            DnsTransport transport = round % 16 == 0 ? DnsTransport.Tcp : DnsTransport.Udp;
            answered += Check(dns.Responder, packet, response, transport, seed) ? 1 : 0;
        }

        Assert.InRange(answered, rounds / 2, rounds); // else the mutator spoils too much to test anything
    }

    [Fact]
    public void Respond_EveryTruncationAndEveryFlippedBit_KeepsEveryRule()
    {
        using DnsTester dns = Tester();
        byte[] response = new byte[TcpMost];
        foreach (byte[] packet in SeedPackets.Read())
        {
            for (int length = 0; length <= packet.Length; length++)
            {
                Check(dns.Responder, packet.AsSpan(0, length), response, DnsTransport.Udp, 0);
            }

            for (int bit = 0; bit < packet.Length * 8; bit++)
            {
                packet[bit / 8] ^= (byte)(1 << (bit % 8));
                Check(dns.Responder, packet, response, DnsTransport.Udp, 0);
                packet[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    private static bool Check(IDnsResponder responder, ReadOnlySpan<byte> packet, byte[] space, DnsTransport transport, int seed)
    {
        Span<byte> response = transport == DnsTransport.Udp ? space.AsSpan(0, UdpMost) : space;
        try
        {
            int length = responder.Respond(packet, response, transport);
            string? broken = BrokenRule(packet, response, length, transport);
            int small = responder.RespondTruncated(packet, response);
            broken ??= small > 512 || (small == 0) != (length == 0) ? "the truncated response" : null;
            if (broken is not null)
            {
                Fail(broken, packet, seed, null);
            }

            return length > 0;
        }
        catch (Exception e) when (e is not Xunit.Sdk.FailException)
        {
            Fail("an exception", packet, seed, e);
            return false;
        }
    }

    private static string? BrokenRule(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> response, int length, DnsTransport transport)
    {
        bool deserves = packet.Length >= DnsHeader.Size && (packet[2] & 0x80) == 0;
        if (!deserves || length <= 0)
        {
            return deserves == (length > 0) ? null : "silence exactly for noise and responses";
        }

        DnsQuery.Parse(packet, out DnsQuery query);
        int most = transport == DnsTransport.Tcp ? TcpMost : query.HasEdns ? Math.Clamp(query.UdpPayloadSize, 512, UdpMost) : 512;
        if (length > most)
        {
            return $"at most {most} bytes, was {length}";
        }

        DnsMessageReader.TryCreate(response[..length], out DnsMessageReader reader);
        bool echoes = reader.Header.IsResponse && reader.Header.Id == BinaryPrimitives.ReadUInt16BigEndian(packet);
        bool asks = reader.Header.QuestionCount == 0 || reader.TryReadQuestion(out _, out _, out _);
        while (reader.TryReadRecord(out _, out _))
        {
        }

        return echoes && asks && reader.IsComplete ? null : "a well-formed response to this query";
    }

    private static void Fail(string rule, ReadOnlySpan<byte> packet, int seed, Exception? cause) =>
        Assert.Fail($"{rule}; seed {seed}, packet {Convert.ToHexString(packet)} {cause}");

    private static DnsTester Tester()
    {
        TestCatalog catalog = new TestCatalog()
            .Node("n1", "10.0.0.1", ("rack", "r1"), ("rfc1035-note", "hello")).Node("n.with.dots", "2001:db8::3").Node("ext", "db.example.com")
            .Add("n1", "web", "w1", tags: ["v1", "dotted.tag"], namedPort: ("metrics", 9100)).Add("n1", "web", "w2", "10.0.0.2")
            .Add("n1", "alias", "a1", "chain.service.consul").Add("n1", "chain", "c1", "web.service.consul").Add("n1", "named", "d1", "db.example.com");
        for (int i = 0; i < 300; i++)
        {
            catalog.Add("n1", "big", $"b{i}", $"10.1.{i / 200}.{i % 200}", 1000 + i);
        }

        return new DnsTester(catalog, new DnsServerOptions { AltDomain = "alt.", NodeMetadataText = true });
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
