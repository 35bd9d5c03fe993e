using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

public sealed class DnsQueryTests
{
    [Fact]
    public void Parse_PlainQuestion_IsAccepted()
    {
        DnsQueryVerdict verdict = DnsQuery.Parse(Packets.Query("Web.service.consul", DnsRecordType.Srv), out DnsQuery query);

        Assert.Equal(DnsQueryVerdict.Accepted, verdict);
        Assert.Equal(0xABCD, query.Header.Id);
        Assert.Equal("Web.service.consul.", DnsName.ToText(query.Name));
        Assert.Equal(DnsRecordType.Srv, query.Type);
        Assert.Equal(DnsClass.Internet, query.Class);
        Assert.False(query.HasEdns);
        Assert.Equal(512, query.UdpPayloadSize);
    }

    [Theory]
    [InlineData(1232, 1232)]
    [InlineData(65535, 65535)]
    [InlineData(100, 512)]
    public void Parse_Edns_TellsTheSizeButNeverBelow512(int advertised, int expected)
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, Packets.Opt((ushort)advertised, 0x8000));

        Assert.Equal(DnsQueryVerdict.Accepted, DnsQuery.Parse(packet, out DnsQuery query));

        Assert.True(query.HasEdns);
        Assert.True(query.DnssecOk);
        Assert.Equal(expected, query.UdpPayloadSize);
    }

    [Fact]
    public void Parse_ClientSubnetBehindAnotherOption_IsFound()
    {
        byte[] cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] subnet = [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2];
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, Packets.Opt(1232, 0, [.. cookie, .. subnet]));

        Assert.Equal(DnsQueryVerdict.Accepted, DnsQuery.Parse(packet, out DnsQuery query));

        Assert.Equal(subnet[4..], query.ClientSubnet.ToArray());
    }

    [Fact]
    public void Parse_OptionPastTheEnd_IsIgnored()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, Packets.Opt(1232, 0, 0, 8, 0, 99, 1));
        Assert.Equal(DnsQueryVerdict.Accepted, DnsQuery.Parse(packet, out DnsQuery query));
        Assert.True(query.ClientSubnet.IsEmpty);
    }

    [Fact]
    public void Parse_NewerEdnsVersion_IsBadVersion()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, Packets.Opt(1232, 1 << 16));
        Assert.Equal(DnsQueryVerdict.BadVersion, DnsQuery.Parse(packet, out DnsQuery query));
        Assert.True(query.HasEdns);
    }

    [Fact]
    public void Parse_TwoOptRecords_IsFormatError()
    {
        byte[] opt = Packets.Opt(1232);
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, [.. opt, .. opt]);
        packet[11] = 2;
        Assert.Equal(DnsQueryVerdict.FormatError, DnsQuery.Parse(packet, out _));
    }

    [Fact]
    public void Parse_OptInTheAnswerSection_IsFormatError()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, Packets.Opt(1232));
        (packet[7], packet[11]) = (1, 0);
        Assert.Equal(DnsQueryVerdict.FormatError, DnsQuery.Parse(packet, out _));
    }

    [Fact]
    public void Parse_Response_IsDropped()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A, flags: 0x8180);
        Assert.Equal(DnsQueryVerdict.Drop, DnsQuery.Parse(packet, out _));
    }

    [Fact]
    public void Parse_LessThanAHeader_IsDropped()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A);
        for (int length = 0; length < DnsHeader.Size; length++)
        {
            Assert.Equal(DnsQueryVerdict.Drop, DnsQuery.Parse(packet.AsSpan(0, length), out _));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(65535)]
    public void Parse_AnyOtherNumberOfQuestions_IsFormatError(int count)
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A);
        (packet[4], packet[5]) = ((byte)(count >> 8), (byte)count);
        Assert.Equal(DnsQueryVerdict.FormatError, DnsQuery.Parse(packet, out _));
    }

    [Fact]
    public void Parse_MoreRecordsClaimedThanAllowed_IsFormatError()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.A);
        (packet[10], packet[11]) = (0xFF, 0xFF);
        Assert.Equal(DnsQueryVerdict.FormatError, DnsQuery.Parse(packet, out _));
    }

    [Fact]
    public void Parse_PointerInTheQuestion_IsFormatError()
    {
        byte[] packet = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1];
        Assert.Equal(DnsQueryVerdict.FormatError, DnsQuery.Parse(packet, out DnsQuery query));
        Assert.True(query.Name.IsEmpty);
    }

    [Fact]
    public void Parse_OtherOpcode_IsNotImplemented()
    {
        byte[] packet = Packets.Query("a.consul", DnsRecordType.Soa, flags: 0x2000);
        Assert.Equal(DnsQueryVerdict.NotImplemented, DnsQuery.Parse(packet, out _));
    }
}
