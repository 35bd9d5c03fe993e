using Muster.Model;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Kubernetes' names over the same catalog.</summary>
public sealed class ClusterNameTests
{
    private static TestCatalog Some() => new TestCatalog()
        .Node("n1", "10.0.0.1")
        .Add("n1", "web", "web-0", "10.0.0.2", 80, namedPort: ("metrics", 9100))
        .Add("n1", "web", "web-1", "2001:db8::3", 80)
        .Add("n1", "web", "web-2", "10.0.0.4", 80, space: "shop")
        .Add("n1", "bare", "bare-0", port: 70)
        .Add("n1", "down", "down-0", "10.0.0.9", status: HealthStatus.Critical);

    [Theory]
    [InlineData("web.default.svc.cluster.local", DnsRecordType.A, "A 10.0.0.2")]
    [InlineData("WEB.Default.SVC.cluster.LOCAL", DnsRecordType.A, "A 10.0.0.2")]
    [InlineData("web.default.svc.cluster.local", DnsRecordType.Aaaa, "AAAA 2001:db8::3")]
    [InlineData("web.shop.svc.cluster.local", DnsRecordType.A, "A 10.0.0.4")]
    [InlineData("web-0.web.default.svc.cluster.local", DnsRecordType.A, "A 10.0.0.2")]
    [InlineData("10-0-0-2.web.default.svc.cluster.local", DnsRecordType.A, "A 10.0.0.2")]
    [InlineData("2001-db8-0-0-0-0-0-3.web.default.svc.cluster.local", DnsRecordType.Aaaa, "AAAA 2001:db8::3")]
    [InlineData("bare-0.bare.default.svc.cluster.local", DnsRecordType.A, "A 10.0.0.1")]
    [InlineData("web.shop.svc.cluster.local", DnsRecordType.Srv, "SRV 1 1 80 10-0-0-4.web.shop.svc.cluster.local.")]
    [InlineData("_metrics._tcp.web.default.svc.cluster.local", DnsRecordType.Srv, "SRV 1 1 9100 10-0-0-2.web.default.svc.cluster.local.")]
    [InlineData("_Metrics._UDP.web.default.svc.cluster.local", DnsRecordType.Srv, "SRV 1 1 9100 10-0-0-2.web.default.svc.cluster.local.")]
    public void Name_GivesTheInstancesOfItsNamespace(string name, DnsRecordType type, string expected)
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask(name, type);
        Assert.Equal([$"{name}. {expected}"], answer.Answers);
        Assert.True(answer.Header.IsAuthoritative);
    }

    [Theory]
    [InlineData("web.other.svc.cluster.local", DnsRecordType.A)]
    [InlineData("down.default.svc.cluster.local", DnsRecordType.A)]
    [InlineData("nope.web.default.svc.cluster.local", DnsRecordType.A)]
    [InlineData("10-0-0-4.web.default.svc.cluster.local", DnsRecordType.A)]
    [InlineData("_http._tcp.web.default.svc.cluster.local", DnsRecordType.Srv)]
    [InlineData("_metrics._tcp.web.shop.svc.cluster.local", DnsRecordType.Srv)]
    [InlineData("10-0-0-2.default.pod.cluster.local", DnsRecordType.A)]
    [InlineData("web.cluster.local", DnsRecordType.A)]
    public void Name_OfNothing_DoesNotExist(string name, DnsRecordType type)
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask(name, type);
        Assert.Equal(DnsResponseCode.NameError, answer.Code);
        Assert.StartsWith("cluster.local. SOA", Assert.Single(answer.Authority), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svc.cluster.local")]
    [InlineData("default.svc.cluster.local")]
    [InlineData("_tcp.web.default.svc.cluster.local")]
    [InlineData("_metrics._tcp.web.default.svc.cluster.local")]
    public void Parent_ExistsWithoutRecords(string name)
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask(name);
        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.Empty(answer.Answers);
        Assert.Single(answer.Authority);
    }

    [Fact]
    public void Srv_AdditionalAddress_IsTheTargets()
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask("web.default.svc.cluster.local", DnsRecordType.Srv, edns: 1232);
        Assert.Equal(
            answer.Answers.Select(text => text.Split(' ')[^1]).Order(),
            answer.Additional.Select(text => text.Split(' ')[0]).Order());
        Assert.Equal(2, answer.Additional.Count);
    }

    [Fact]
    public void Domain_CanBeAnotherOrNone()
    {
        using DnsTester other = new(Some(), new DnsServerOptions { ClusterDomain = "k8s.example." });
        Assert.Single(other.Ask("web.shop.svc.k8s.example").Answers);
        Assert.Equal(DnsResponseCode.Refused, other.Ask("web.shop.svc.cluster.local").Code);
        using DnsTester none = new(Some(), new DnsServerOptions { ClusterDomain = "" });
        Assert.Equal(DnsResponseCode.Refused, none.Ask("web.shop.svc.cluster.local").Code);
    }
}
