using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("web.service.consul", "web.service.consul.")]
    [InlineData("web.service.consul.", "web.service.consul.")]
    [InlineData("_Web._tcp", "_Web._tcp.")]
    [InlineData("", ".")]
    [InlineData(".", ".")]
    public void TryEncode_ValidText_IsReadBackAsText(string text, string expected)
    {
        byte[] buffer = new byte[255];
        Assert.True(DnsName.TryEncode(text, buffer, out int length));
        Assert.Equal(expected, DnsName.ToText(buffer.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData("bücher.consul")]
    public void TryEncode_BadText_IsRefused(string text) => Assert.False(DnsName.TryEncode(text, new byte[255], out _));

    [Fact]
    public void TryEncode_LabelOf64_IsRefused()
    {
        Assert.True(DnsName.TryEncode(new string('a', 63), new byte[255], out _));
        Assert.False(DnsName.TryEncode(new string('a', 64), new byte[255], out _));
    }

    [Fact]
    public void TryEncode_NameOf255Bytes_FitsAndOneMoreDoesNot()
    {
        string most = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));
        Assert.True(DnsName.TryEncode(most, new byte[300], out int length));
        Assert.Equal(255, length);
        Assert.False(DnsName.TryEncode(most + "d", new byte[300], out _));
    }

    [Fact]
    public void TryEncode_SmallDestination_IsRefused() => Assert.False(DnsName.TryEncode("web", new byte[4], out _));

    [Fact]
    public void TryExpand_Pointer_JoinsBothPartsAndMovesBehindThePointer()
    {
        byte[] message = [3, (byte)'w', (byte)'e', (byte)'b', 0, 1, (byte)'a', 0xC0, 0, 9];
        int offset = 5;
        byte[] name = new byte[255];

        Assert.True(DnsName.TryExpand(message, ref offset, name, out int length));

        Assert.Equal(9, offset);
        Assert.Equal("a.web.", DnsName.ToText(name.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0 }, 0)] // to itself
    [InlineData(new byte[] { 0xC0, 2, 0xC0, 0 }, 2)] // to each other
    [InlineData(new byte[] { 0xC0, 4, 0, 0, 0 }, 0)] // forwards
    [InlineData(new byte[] { 1, (byte)'a', 0xC0, 0 }, 0)] // to its own first label
    [InlineData(new byte[] { 0xC0 }, 0)] // half a pointer
    [InlineData(new byte[] { 5, (byte)'a' }, 0)] // label past the end
    [InlineData(new byte[] { 0x80, 0 }, 0)] // reserved label type
    [InlineData(new byte[] { 1, (byte)'a' }, 0)] // no end
    public void TryExpand_HostileName_IsRefused(byte[] message, int start)
    {
        int offset = start;
        Assert.False(DnsName.TryExpand(message, ref offset, new byte[255], out _));
    }

    [Fact]
    public void TryExpand_ChainOfPointersLongerThanAName_IsRefused()
    {
        // Each link adds two bytes of label: 200 links would make a name of 400 bytes.
        List<byte> message = [0];
        int previous = 0;
        for (int i = 0; i < 200; i++)
        {
            int here = message.Count;
            message.AddRange([1, (byte)'x', (byte)(0xC0 | (previous >> 8)), (byte)previous]);
            previous = here;
        }

        int offset = previous;
        Assert.False(DnsName.TryExpand(message.ToArray(), ref offset, new byte[512], out _));
    }

    [Fact]
    public void TryMeasure_Pointer_IsRefused() => Assert.False(DnsName.TryMeasure([1, (byte)'a', 0xC0, 12], out _));

    [Fact]
    public void EqualsIgnoreCase_OnlyLettersFold()
    {
        Assert.True(DnsName.EqualsIgnoreCase(Packets.Name("WeB.Service"), Packets.Name("web.sERVICE")));
        Assert.False(DnsName.EqualsIgnoreCase([1, (byte)'@', 0], [1, (byte)'`', 0]));
        Assert.True(DnsName.EqualsIgnoreCase([2, 0xE9, (byte)'A', 0], [2, 0xE9, (byte)'a', 0]));
        Assert.False(DnsName.EqualsIgnoreCase([1, 0xE9, 0], [1, 0xC9, 0]));
    }

    [Fact]
    public void ToText_OddBytes_AreEscaped() =>
        Assert.Equal(@"a\.b\\\007.", DnsName.ToText([5, (byte)'a', (byte)'.', (byte)'b', (byte)'\\', 7, 0]));
}
