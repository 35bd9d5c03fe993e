using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

public sealed class DnsResponseWriterTests
{
    [Fact]
    public void Finish_AnswerAndOpt_GivesTheseBytes()
    {
        DnsQuery.Parse(Packets.Query("wEb.consul", DnsRecordType.A, Packets.Opt(1232, 0x8000)), out DnsQuery query);
        byte[] buffer = new byte[512];
        DnsResponseWriter writer = new(buffer, query, 4096);

        Assert.True(writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.A, 5, [10, 0, 0, 1]));
        int length = writer.Finish(DnsResponseCode.NoError, authoritative: true);

        Assert.Equal(
            "ABCD850000010001000000010377456206636F6E73756C0000010001" // header, question in the client's case
            + "C00C00010001000000050004" + "0A000001" // A, TTL 5
            + "0000291000000080000000", // OPT, 4096, DO
            Convert.ToHexString(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Finish_UnreadableQuestion_IsAHeaderAlone()
    {
        DnsQuery.Parse([0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 99], out DnsQuery query);
        byte[] buffer = new byte[512];
        int length = new DnsResponseWriter(buffer, query).Finish(DnsResponseCode.FormatError, authoritative: false);
        Assert.Equal("ABCD81010000000000000000", Convert.ToHexString(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Finish_BadVersion_SplitsTheCodeBetweenHeaderAndOpt()
    {
        DnsQuery.Parse(Packets.Query("a", DnsRecordType.A, Packets.Opt(1232, 1 << 16)), out DnsQuery query);
        byte[] buffer = new byte[512];
        int length = new DnsResponseWriter(buffer, query).Finish(DnsResponseCode.BadVersion, authoritative: false);
        Assert.Equal(0, buffer[3] & 0x0F);
        Assert.Equal("00002904D0010000000000", Convert.ToHexString(buffer.AsSpan(length - 11, 11)));
    }

    [Fact]
    public void Finish_ClientSubnet_IsEchoedWithScopeZero()
    {
        byte[] subnet = [0, 8, 0, 7, 0, 1, 24, 24, 192, 0, 2];
        DnsQuery.Parse(Packets.Query("a", DnsRecordType.A, Packets.Opt(1232, 0, subnet)), out DnsQuery query);
        byte[] buffer = new byte[512];
        int length = new DnsResponseWriter(buffer, query).Finish(DnsResponseCode.NoError, authoritative: true);
        Assert.Equal("000B" + "00080007000118" + "00" + "C00002", Convert.ToHexString(buffer.AsSpan(length - 13, 13)));
    }

    [Fact]
    public void TryAppend_NoRoom_LeavesTheMessageWholeAndKeepsRoomForOpt()
    {
        DnsQuery.Parse(Packets.Query("a", DnsRecordType.A, Packets.Opt(512)), out DnsQuery query);
        byte[] buffer = new byte[512];
        DnsResponseWriter writer = new(buffer, query);
        int written = 0;
        while (writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.A, 0, [10, 0, 0, 1]))
        {
            written++;
        }

        writer.MarkTruncated();
        int length = writer.Finish(DnsResponseCode.NoError, authoritative: true);

        Assert.Equal((512 - 12 - 7 - 11) / 16, written);
        Assert.True(length <= 512);
        Assert.True(DnsMessageReader.TryCreate(buffer.AsSpan(0, length), out DnsMessageReader reader));
        Assert.True(reader.Header.IsTruncated);
        Assert.True(reader.TryReadQuestion(out _, out _, out _));
        int read = 0;
        while (reader.TryReadRecord(out _, out _))
        {
            read++;
        }

        Assert.Equal(written + 1, read);
        Assert.True(reader.IsComplete);
    }

    [Fact]
    public void TryAppend_OwnerBeyondThePointersReach_IsSpelledOut()
    {
        DnsQuery.Parse(Packets.Query("a", DnsRecordType.Srv), out DnsQuery query);
        byte[] buffer = new byte[65535];
        DnsResponseWriter writer = new(buffer, query);
        byte[] data = [0, 1, 0, 1, 0, 80, .. Packets.Name("host.example")];
        int last = 0;
        while (last <= 0x3FFF)
        {
            last = writer.Position + DnsResponseWriter.PointerRecordHeaderSize + 6;
            Assert.True(writer.TryAppend(DnsSection.Answer, 12, DnsRecordType.Srv, 0, data));
        }

        int glue = writer.Position;
        Assert.True(writer.TryAppend(DnsSection.Additional, last, DnsRecordType.A, 0, [10, 0, 0, 1]));

        Assert.Equal("host.example.", DnsName.ToText(buffer.AsSpan(glue)));
    }

    [Fact]
    public void Constructor_BufferBelow512_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsResponseWriter(new byte[511], default).Finish(default, false));
}
