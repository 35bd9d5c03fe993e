using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

/// <summary>Spoils good packets in seeded ways: whatever arrives, reading ends, throws nothing and answers in bounds.</summary>
public sealed class DnsMutationTests
{
    private static readonly byte[][] Corpus =
    [
        Packets.Query("web.service.consul", DnsRecordType.A),
        Packets.Query("_web._tcp.service.dc1.consul", DnsRecordType.Srv, Packets.Opt(1232, 0x8000)),
        Packets.Query("a.b.c", DnsRecordType.Any, Packets.Opt(4096, 0, 0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2)),
        Response(),
    ];

    [Fact]
    public void Truncations_NeverThrow()
    {
        foreach (byte[] packet in Corpus)
        {
            for (int length = 0; length <= packet.Length; length++)
            {
                ReadEverything(packet.AsSpan(0, length));
            }
        }
    }

    [Fact]
    public void EveryByteSetToEveryValue_NeverThrows()
    {
        foreach (byte[] packet in Corpus)
        {
            byte[] copy = [.. packet];
            for (int i = 0; i < copy.Length; i++)
            {
                for (int value = 0; value < 256; value++)
                {
                    copy[i] = (byte)value;
                    ReadEverything(copy);
                }

                copy[i] = packet[i];
            }
        }
    }

    [Fact]
    public void SeededMixesOfFlipsPointersAndSplices_NeverThrow()
    {
        Random random = new(20260101);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] packet = [.. Corpus[random.Next(Corpus.Length)]];
            for (int edits = random.Next(1, 6); edits > 0; edits--)
            {
                Spoil(packet, random);
            }

            ReadEverything(packet.AsSpan(0, random.Next(packet.Length + 1)));
        }
    }

    [Fact]
    public void Noise_NeverThrows()
    {
        Random random = new(7);
        byte[] noise = new byte[600];
        for (int round = 0; round < 20_000; round++)
        {
            Span<byte> packet = noise.AsSpan(0, random.Next(noise.Length));
            random.NextBytes(packet);
            ReadEverything(packet);
        }
    }

    private static void Spoil(byte[] packet, Random random)
    {
        int at = random.Next(packet.Length);
        switch (random.Next(4))
        {
            case 0:
                packet[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at + 1 < packet.Length:
                int target = random.Next(packet.Length);
                packet[at] = (byte)(0xC0 | (target >> 8));
                packet[at + 1] = (byte)target;
                break;
            case 2:
                int length = random.Next(packet.Length - at);
                packet.AsSpan(random.Next(packet.Length - length), length).CopyTo(packet.AsSpan(at));
                break;
            default:
                packet[at] = (byte)random.Next(256);
                break;
        }
    }

    private static void ReadEverything(ReadOnlySpan<byte> packet)
    {
        DnsQueryVerdict verdict = DnsQuery.Parse(packet, out DnsQuery query);
        if (verdict != DnsQueryVerdict.Drop)
        {
            Span<byte> response = stackalloc byte[512];
            DnsResponseWriter writer = new(response, query);
            writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.A, 0, [1, 2, 3, 4]);
            int length = writer.Finish(DnsResponseCode.NoError, authoritative: true);
            Assert.InRange(length, DnsHeader.Size, 512);
            Assert.True(query.Name.Length <= DnsName.MaxLength);
        }

        if (!DnsMessageReader.TryCreate(packet, out DnsMessageReader reader))
        {
            return;
        }

        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        int steps = 0;
        while (reader.TryReadQuestion(out int offset, out _, out _))
        {
            reader.TryExpandName(offset, name, out _);
            steps++;
        }

        while (reader.TryReadRecord(out DnsRecord record, out _))
        {
            if (reader.TryExpandName(record.NameOffset, name, out int length))
            {
                Assert.True(DnsName.TryMeasure(name, out int measured) && measured == length);
            }

            reader.TryExpandName(record.DataOffset, name, out _);
            steps++;
        }

        Assert.True(steps <= packet.Length);
    }

    private static byte[] Response()
    {
        DnsQuery.Parse(Packets.Query("web.service.consul", DnsRecordType.Srv, Packets.Opt(1232)), out DnsQuery query);
        byte[] buffer = new byte[512];
        DnsResponseWriter writer = new(buffer, query);
        int target = writer.Position + 18;
        writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.Srv, 0, [0, 1, 0, 1, 0, 80, .. Packets.Name("n1.node.dc1.consul")]);
        writer.TryAppend(DnsSection.Additional, target, DnsRecordType.A, 0, [10, 0, 0, 1]);
        return buffer[..writer.Finish(DnsResponseCode.NoError, authoritative: true)];
    }
}
