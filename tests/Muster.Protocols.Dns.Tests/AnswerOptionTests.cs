using Muster.Model;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Options that shape answers, and answers about nothing.</summary>
public sealed class AnswerOptionTests
{
    private static TestCatalog Many(int count)
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1");
        for (int i = 0; i < count; i++)
        {
            catalog.Add("n1", "big", $"i{i}", $"10.2.{i >> 8}.{i & 255}", 1000 + i);
        }

        return catalog;
    }

    [Theory]
    [InlineData(DnsRecordType.A)]
    [InlineData(DnsRecordType.Srv)]
    public void UdpAnswerLimit_CutsUdpWithoutEdnsOnlyAndSaysSo(DnsRecordType type)
    {
        using DnsTester dns = new(Many(9), new DnsServerOptions { UdpAnswerLimit = 3 });
        DnsAnswer plain = dns.Ask("big.service.consul", type);
        Assert.Equal(3, plain.Answers.Count);
        Assert.True(plain.Header.IsTruncated);
        Assert.Equal(9, dns.Ask("big.service.consul", type, edns: 1232).Answers.Count);
        Assert.Equal(9, dns.Ask("big.service.consul", type, transport: DnsTransport.Tcp).Answers.Count);
        HashSet<string> seen = [];
        for (int i = 0; i < 200; i++)
        {
            seen.UnionWith(dns.Ask("big.service.consul", type).Answers);
        }

        Assert.Equal(9, seen.Count);
    }

    [Fact]
    public void MarkTruncated_Off_IsSilentOverUdp()
    {
        using DnsTester dns = new(Many(1000), new DnsServerOptions { MarkTruncated = false });
        Assert.False(dns.Ask("big.service.consul").Header.IsTruncated);
        Assert.False(dns.Ask("big.service.consul", edns: 1232).Header.IsTruncated);
    }

    [Theory]
    [InlineData(DnsRecordType.A, null, false, true, 512)]
    [InlineData(DnsRecordType.A, 1232, false, true, 1232)]
    [InlineData(DnsRecordType.A, null, true, false, 65534)]
    [InlineData(DnsRecordType.Srv, null, false, true, 512)]
    [InlineData(DnsRecordType.Srv, 1232, false, true, 1232)]
    [InlineData(DnsRecordType.Srv, 1232, true, false, 65534)]
    public void ThousandInstances_FillTheTransport(DnsRecordType type, int? edns, bool tcp, bool truncated, int most)
    {
        using DnsTester dns = new(Many(1000));
        DnsAnswer answer = dns.Ask("big.service.consul", type, edns, tcp ? DnsTransport.Tcp : DnsTransport.Udp);
        Assert.Equal(truncated, answer.Header.IsTruncated);
        Assert.InRange(answer.Size, most - (truncated ? 64 : 65000), most);
        Assert.Equal(answer.Answers.Count, answer.Answers.Distinct().Count());
        Assert.Equal(truncated, answer.Answers.Count < 1000);
    }

    [Fact]
    public void AliasWithinOurDomain_IsFollowedThreeSteps()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Node("ext", "web.service.consul")
            .Add("n1", "web", "w1", "10.0.0.2").Add("n1", "a", "a1", "ext.node.consul").Add("n1", "loop", "l1", "loop.service.consul");
        using DnsTester dns = new(catalog);
        Assert.Equal(
            ["a.service.consul. CNAME ext.node.consul.", "ext.node.consul. CNAME web.service.consul.", "web.service.consul. A 10.0.0.2"],
            dns.Ask("a.service.consul").Answers);
        Assert.Equal(4, dns.Ask("loop.service.consul").Answers.Count);
    }

    [Fact]
    public void Mesh_GivesTheProxiesOfAService()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1", "10.0.0.2");
        using DnsTester dns = new(catalog);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("web.connect.consul").Code);
        InstanceDefinition native = new() { Service = "web", Id = "w2", Address = "10.0.0.3", Port = 81, IsMeshNative = true };
        Assert.True(catalog.Catalog.Register("n1", native, [], replaceExistingChecks: true, "test").Ok);
        Assert.Equal(["web.connect.consul. A 10.0.0.3"], dns.Ask("web.connect.consul").Answers);
        Assert.Equal(["web.connect.dc1.consul. SRV 1 1 81 0a000003.addr.dc1.consul."], dns.Ask("web.connect.dc1.consul", DnsRecordType.Srv).Answers);
    }

    [Theory]
    [InlineData("web.query.consul")]
    [InlineData("_web._tcp.query.consul")]
    [InlineData("web.ingress.consul")]
    [InlineData("web.virtual.consul")]
    [InlineData("web.connect.consul")]
    public void FormsWithoutAnswer_DoNotExist(string name)
    {
        using DnsTester dns = new(new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1"));
        DnsAnswer answer = dns.Ask(name);
        Assert.Equal(DnsResponseCode.NameError, answer.Code);
        Assert.Single(answer.Authority);
    }

    [Fact]
    public void EmptyCatalog_SaysNoNameWithoutAGraceForCaches()
    {
        using DnsTester dns = new(new TestCatalog());
        DnsAnswer none = dns.Ask("web.service.consul");
        Assert.Equal(DnsResponseCode.NameError, none.Code);
        Assert.EndsWith(" 0", Assert.Single(none.Authority), StringComparison.Ordinal);
        Assert.Equal([0u], none.Ttls);
    }

    [Fact]
    public void AllCritical_IsNoNameAndOneBackIsAnAnswerAtOnce()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1", status: HealthStatus.Critical);
        using DnsTester dns = new(catalog);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("web.service.consul").Code);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("web.service.consul", DnsRecordType.Aaaa).Code);
        catalog.Add("n1", "web", "w1", status: HealthStatus.Warning);
        Assert.Single(dns.Ask("web.service.consul").Answers);
        DnsAnswer noData = dns.Ask("web.service.consul", DnsRecordType.Aaaa);
        Assert.Equal(DnsResponseCode.NoError, noData.Code);
        Assert.Single(noData.Authority);
    }
}
