using Muster.Protocols.Dns.Answers;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Nodes' metadata as TXT records.</summary>
public sealed class NodeTextTests
{
    [Theory]
    [InlineData("key", "value", "key=value")]
    [InlineData("key", "a=b", "key=a=b")]
    [InlineData("k=y", "v", "k`=y=v")]
    [InlineData(" k ", " v ", "` k` = v ")]
    [InlineData("k`", "v`", "k``=v``")]
    [InlineData("rfc1035-00", "a=`b`", "a=`b`")]
    [InlineData("RFC1035-x", "", "")]
    [InlineData("key", "\u00e4", "key=\u00e4")]
    public void TryEncode_Pair_IsQuotedAfterRfc1464(string key, string value, string expected)
    {
        byte[] data = new byte[NodeText.MaxData];
        Assert.True(NodeText.TryEncode(key, value, data, out int length));
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(data.AsSpan(1, length - 1)));
        Assert.Equal(length - 1, data[0]);
    }

    [Fact]
    public void TryEncode_LongValue_IsSeveralStrings()
    {
        byte[] data = new byte[NodeText.MaxData];
        Assert.True(NodeText.TryEncode("rfc1035-x", new string('v', 512), data, out int length));
        Assert.Equal(512 + 3, length);
        Assert.Equal((255, 255, 2), (data[0], data[256], data[512]));
        Assert.False(NodeText.TryEncode("rfc1035-x", new string('v', 512), data.AsSpan(0, 514), out _));
    }

    [Fact]
    public void Txt_OfANode_IsInTheAnswer()
    {
        using DnsTester dns = new(new TestCatalog().Node("n1", "10.0.0.1", ("rack", "r1"), ("rfc1035-note", "hello world")));
        Assert.Equal(["n1.node.consul. TXT rack=r1", "n1.node.consul. TXT hello world"], dns.Ask("n1.node.consul", DnsRecordType.Txt).Answers);
        Assert.Equal(3, dns.Ask("n1.node.consul", DnsRecordType.Any, transport: DnsTransport.Tcp).Answers.Count);
        Assert.Equal(["n1.node.consul. HINFO RFC8482 "], dns.Ask("n1.node.consul", DnsRecordType.Any).Answers);
        Assert.Empty(dns.Ask("n1.node.consul").Additional);
    }

    [Fact]
    public void Option_PutsTextsIntoTheAdditionalSection()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1", ("rack", "r1")).Add("n1", "web", "w1").Add("n1", "web", "w2", port: 81);
        using DnsTester dns = new(catalog, new DnsServerOptions { NodeMetadataText = true });
        Assert.Equal(["n1.node.consul. TXT rack=r1"], dns.Ask("n1.node.consul").Additional);
        Assert.Equal(
            ["n1.node.dc1.consul. A 10.0.0.1", "n1.node.dc1.consul. TXT rack=r1"],
            dns.Ask("web.service.consul", DnsRecordType.Srv).Additional);
        Assert.Empty(dns.Ask("web.service.consul").Additional);
    }

    [Fact]
    public void Txt_TooLargeForTheAnswer_SetsTc()
    {
        (string, string)[] metadata = [.. Enumerable.Range(10, 10).Select(i => ($"k{i}", new string('v', 300)))];
        using DnsTester dns = new(new TestCatalog().Node("n1", "10.0.0.1", metadata));
        DnsAnswer cut = dns.Ask("n1.node.consul", DnsRecordType.Txt);
        Assert.True(cut.Header.IsTruncated);
        Assert.Single(cut.Answers);
        Assert.Equal(10, dns.Ask("n1.node.consul", DnsRecordType.Txt, transport: DnsTransport.Tcp).Answers.Count);
    }
}
