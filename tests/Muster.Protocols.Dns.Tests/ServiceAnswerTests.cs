using Muster.Model;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

public sealed class ServiceAnswerTests
{
    private const string Soa = "consul. SOA ns.consul. hostmaster.consul. 3600 600 86400 0";

    private static TestCatalog Web() => new TestCatalog()
        .Node("n1", "10.1.0.1").Node("n2", "10.1.0.2").Node("n3", "10.1.0.3")
        .Add("n1", "web", "w1", port: 8001, tags: ["v1", "Blue"])
        .Add("n2", "web", "w2", "10.9.0.2", 8002, HealthStatus.Warning, ["v1"], new Weights(7, 3))
        .Add("n3", "web", "w3", "2001:db8::3", 8003, tags: ["v2", "a.b"], weights: new Weights(9, 2));

    [Fact]
    public void A_GivesIpv4AddressesOfEveryHealthyInstance()
    {
        using DnsTester dns = new(Web());
        DnsAnswer answer = dns.Ask("web.service.consul");

        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.True(answer.Header.IsAuthoritative);
        Assert.False(answer.Header.RecursionAvailable);
        Assert.False(answer.Header.IsTruncated);
        Assert.Equal(["web.service.consul. A 10.1.0.1", "web.service.consul. A 10.9.0.2"], answer.Answers.Order());
        Assert.Empty(answer.Authority);
        Assert.Empty(answer.Additional);
        Assert.All(answer.Ttls, ttl => Assert.Equal(0u, ttl));
    }

    [Fact]
    public void Aaaa_GivesIpv6Addresses()
    {
        using DnsTester dns = new(Web());
        Assert.Equal(["web.service.consul. AAAA 2001:db8::3"], dns.Ask("web.service.consul", DnsRecordType.Aaaa).Answers);
    }

    [Fact]
    public void Any_GivesBothFamiliesOverTcpAndOneSmallRecordOverUdp()
    {
        using DnsTester dns = new(Web());
        Assert.Equal(3, dns.Ask("web.service.consul", DnsRecordType.Any, transport: DnsTransport.Tcp).Answers.Count);
        Assert.Equal(["web.service.consul. HINFO RFC8482 "], dns.Ask("web.service.consul", DnsRecordType.Any).Answers);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("none.service.consul", DnsRecordType.Any).Code);
    }

    [Theory]
    [InlineData("web.service.consul")]
    [InlineData("web.service.dc1.consul")]
    [InlineData("web.service.dc1.dc.consul")]
    [InlineData("_web._tcp.service.consul")]
    [InlineData("_web._tcp.consul")]
    [InlineData("_web._tcp.service.dc1.consul")]
    [InlineData("_web._tcp.dc1.consul")]
    [InlineData("WEB.Service.CONSUL")]
    public void Srv_EveryForm_GivesTargetsWeightsAndTheirAddresses(string name)
    {
        using DnsTester dns = new(Web());
        DnsAnswer answer = dns.Ask(name, DnsRecordType.Srv);

        Assert.Equal(
            [
                $"{name}. SRV 1 1 8001 n1.node.dc1.consul.",
                $"{name}. SRV 1 3 8002 0a090002.addr.dc1.consul.",
                $"{name}. SRV 1 9 8003 20010db8000000000000000000000003.addr.dc1.consul.",
            ],
            answer.Answers.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "0a090002.addr.dc1.consul. A 10.9.0.2",
                "20010db8000000000000000000000003.addr.dc1.consul. AAAA 2001:db8::3",
                "n1.node.dc1.consul. A 10.1.0.1",
            ],
            answer.Additional.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Srv_AddressEqualToTheNodes_NamesTheNode()
    {
        using DnsTester dns = new(new TestCatalog().Node("n.1", "10.0.0.1").Add("n.1", "db", "d", "10.0.0.1", 5432));
        Assert.Equal(["db.service.consul. SRV 1 1 5432 n.1.node.dc1.consul."], dns.Ask("db.service.consul", DnsRecordType.Srv).Answers);
    }

    [Fact]
    public void Srv_NodeNameUnfitForDns_NamesTheAddress()
    {
        using DnsTester dns = new(new TestCatalog().Node(new string('x', 70), "10.0.0.1").Add(new string('x', 70), "db", "d"));
        Assert.Equal(["db.service.consul. SRV 1 1 80 0a000001.addr.dc1.consul."], dns.Ask("db.service.consul", DnsRecordType.Srv).Answers);
    }

    [Fact]
    public void Tag_SelectsInstancesWithoutCase()
    {
        using DnsTester dns = new(Web());
        Assert.Equal(["v1.web.service.consul. A 10.1.0.1", "v1.web.service.consul. A 10.9.0.2"], dns.Ask("v1.web.service.consul").Answers.Order());
        Assert.Equal(["BLUE.web.service.consul. A 10.1.0.1"], dns.Ask("BLUE.web.service.consul").Answers);
        Assert.Equal(["_web._blue.service.consul. A 10.1.0.1"], dns.Ask("_web._blue.service.consul").Answers);
        Assert.Single(dns.Ask("_web._v2.consul", DnsRecordType.Srv).Answers);
    }

    [Fact]
    public void Tag_WithDots_SelectsInstances()
    {
        using DnsTester dns = new(Web());
        Assert.Single(dns.Ask("a.b.web.service.consul", DnsRecordType.Aaaa).Answers);
    }

    [Fact]
    public void Tag_Unknown_IsNameError()
    {
        using DnsTester dns = new(Web());
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("v9.web.service.consul").Code);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("_web._udp.service.consul", DnsRecordType.Srv).Code);
    }

    [Theory]
    [InlineData("nope.service.consul")]
    [InlineData("web.service.dc2.consul")]
    [InlineData("web.service.dc1.more.consul")]
    [InlineData("web.query.consul")]
    [InlineData("web.consul")]
    [InlineData("n9.node.consul")]
    [InlineData("zz.addr.dc1.consul")]
    [InlineData("0a000001.more.addr.dc1.consul")]
    [InlineData("_web._tcp.consul")] // the short form is for SRV only
    public void UnknownName_IsNameErrorWithSoa(string name)
    {
        using DnsTester dns = new(Web());
        DnsAnswer answer = dns.Ask(name);
        Assert.Equal(DnsResponseCode.NameError, answer.Code);
        Assert.True(answer.Header.IsAuthoritative);
        Assert.Equal([Soa], answer.Authority);
        Assert.Empty(answer.Answers);
        Assert.Equal([0u], answer.Ttls);
    }

    [Theory]
    [InlineData("web.service.consul", DnsRecordType.Txt)]
    [InlineData("web.service.consul", DnsRecordType.Soa)]
    [InlineData("v1.web.service.consul", DnsRecordType.Aaaa)]
    [InlineData("service.consul", DnsRecordType.A)]
    [InlineData("_tcp.service.consul", DnsRecordType.A)]
    [InlineData("dc1.consul", DnsRecordType.Ns)]
    [InlineData("service.dc1.consul", DnsRecordType.A)]
    public void ExistingNameWithoutTheType_IsNoDataWithSoa(string name, DnsRecordType type)
    {
        using DnsTester dns = new(Web());
        DnsAnswer answer = dns.Ask(name, type);
        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.Empty(answer.Answers);
        Assert.Equal([Soa], answer.Authority);
    }

    [Fact]
    public void Critical_IsLeftOutAndAloneIsNameError()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "db", "d1", "10.0.0.8", status: HealthStatus.Critical);
        using DnsTester dns = new(catalog);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("db.service.consul").Code);

        catalog.Add("n1", "db", "d2", "10.0.0.9");
        Assert.Equal(["db.service.consul. A 10.0.0.9"], dns.Ask("db.service.consul").Answers);
    }

    [Fact]
    public void OnlyPassing_LeavesOutWarnings()
    {
        using DnsTester dns = new(Web(), new DnsServerOptions { OnlyPassing = true });
        Assert.Equal(["web.service.consul. A 10.1.0.1"], dns.Ask("web.service.consul").Answers);
        Assert.Equal(2, dns.Ask("web.service.consul", DnsRecordType.Srv).Answers.Count);
    }

    [Fact]
    public void Changes_AreSeenByTheNextQuery()
    {
        TestCatalog catalog = Web();
        using DnsTester dns = new(catalog);
        Assert.Equal(2, dns.Ask("web.service.consul").Answers.Count);
        catalog.Catalog.Deregister("n1", "w1", "test");
        Assert.Equal(["web.service.consul. A 10.9.0.2"], dns.Ask("web.service.consul").Answers);
        catalog.Add("n2", "web", "w2", "10.9.0.22", 8002);
        Assert.Equal(["web.service.consul. A 10.9.0.22"], dns.Ask("web.service.consul").Answers);
        catalog.Catalog.Deregister("n2", "w2", "test");
        catalog.Catalog.Deregister("n3", "w3", "test");
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("web.service.consul").Code);
    }

    [Fact]
    public void Duplicates_AddressesOnceAndSrvPerPort()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1")
            .Add("n1", "db", "a", port: 1).Add("n1", "db", "b", port: 2).Add("n1", "db", "c", port: 2);
        using DnsTester dns = new(catalog);
        Assert.Single(dns.Ask("db.service.consul").Answers);
        DnsAnswer srv = dns.Ask("db.service.consul", DnsRecordType.Srv);
        Assert.Equal(2, srv.Answers.Count);
        Assert.Equal(["n1.node.dc1.consul. A 10.0.0.1"], srv.Additional);
    }

    [Fact]
    public void HostNames_AreCnameUnlessThereIsAnAddress()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "mail", "m1", "mx.example.com", 25);
        using DnsTester dns = new(catalog);
        Assert.Equal(["mail.service.consul. CNAME mx.example.com."], dns.Ask("mail.service.consul").Answers);
        DnsAnswer srv = dns.Ask("mail.service.consul", DnsRecordType.Srv);
        Assert.Equal(["mail.service.consul. SRV 1 1 25 mx.example.com."], srv.Answers);
        Assert.Empty(srv.Additional);

        catalog.Add("n1", "mail", "m2", "10.0.0.2", 25);
        Assert.Equal(["mail.service.consul. A 10.0.0.2"], dns.Ask("mail.service.consul").Answers);
        Assert.Empty(dns.Ask("mail.service.consul", DnsRecordType.Aaaa).Answers);
    }

    [Fact]
    public void HostName_TooLongForTheAnswer_SetsTc()
    {
        string tag = string.Join('.', Enumerable.Repeat(new string('t', 56), 4));
        string host = string.Join('.', Enumerable.Repeat(new string('h', 61), 4));
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "m", "m1", host, 25, tags: [tag]);
        using DnsTester dns = new(catalog);
        DnsAnswer plain = dns.Ask($"{tag}.m.service.consul");
        Assert.True(plain.Answers.Count == 0 && plain.Header.IsTruncated);
        Assert.Single(dns.Ask($"{tag}.m.service.consul", edns: 1232).Answers);
    }

    [Fact]
    public void Ttl_ExactThenLongestPrefixThenZero()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1")
            .Add("n1", "web", "1").Add("n1", "web-api", "2").Add("n1", "web-ui", "3").Add("n1", "db", "4");
        Dictionary<string, TimeSpan> ttls = new() { ["web"] = Seconds(1), ["web*"] = Seconds(2), ["web-u*"] = Seconds(3) };
        using DnsTester dns = new(catalog, new DnsServerOptions { ServiceTtl = ttls, NodeTtl = Seconds(9) });

        Assert.Equal([1u], dns.Ask("web.service.consul").Ttls);
        Assert.Equal([2u], dns.Ask("web-api.service.consul").Ttls);
        Assert.Equal([3u, 3u], dns.Ask("web-ui.service.consul", DnsRecordType.Srv).Ttls);
        Assert.Equal([0u], dns.Ask("db.service.consul").Ttls);
        Assert.Equal([9u], dns.Ask("n1.node.consul").Ttls);

        static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
    }

    [Fact]
    public void AddressLimit_CutsAddressesWithoutTcAndLeavesSrvAlone()
    {
        using DnsTester dns = new(Web(), new DnsServerOptions { AddressLimit = 1 });
        foreach (DnsRecordType type in (DnsRecordType[])[DnsRecordType.A, DnsRecordType.Any])
        {
            DnsAnswer answer = dns.Ask("web.service.consul", type);
            Assert.Single(answer.Answers);
            Assert.False(answer.Header.IsTruncated);
        }

        Assert.Equal(3, dns.Ask("web.service.consul", DnsRecordType.Srv).Answers.Count);
    }

    [Fact]
    public void Soa_TimesAreConfigurable()
    {
        DnsSoaOptions soa = new() { Refresh = Seconds(1), Retry = Seconds(2), Expire = Seconds(3), MinTtl = Seconds(4) };
        using DnsTester dns = new(Web(), new DnsServerOptions { Soa = soa });
        DnsAnswer answer = dns.Ask("nope.service.consul");
        Assert.Equal(["consul. SOA ns.consul. hostmaster.consul. 1 2 3 4"], answer.Authority);
        Assert.Equal([4u], answer.Ttls);

        static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);
    }

    [Fact]
    public void AltDomain_AnswersInItsOwnName()
    {
        using DnsTester dns = new(Web(), new DnsServerOptions { AltDomain = "muster.local" });
        Assert.Equal(2, dns.Ask("web.service.consul").Answers.Count);
        DnsAnswer srv = dns.Ask("v1.web.service.muster.local", DnsRecordType.Srv);
        Assert.Contains("v1.web.service.muster.local. SRV 1 1 8001 n1.node.dc1.muster.local.", srv.Answers);
        Assert.Equal(DnsResponseCode.NoError, dns.Ask("0a090002.addr.dc1.muster.local").Code);
        Assert.StartsWith("muster.local. SOA ns.muster.local.", dns.Ask("x.service.muster.local").Authority[0], StringComparison.Ordinal);
    }

    [Fact]
    public void NoRoomForAnswersToKeep_StillAnswers()
    {
        TestCatalog catalog = new TestCatalog(answerCacheBytes: 0).Node("n1", "10.0.0.1").Add("n1", "db", "a", tags: ["t"]);
        using DnsTester dns = new(catalog);
        Assert.Single(dns.Ask("db.service.consul").Answers);
        Assert.Single(dns.Ask("t.db.service.consul").Answers);
    }

    [Fact]
    public void TwoServersOnOneCatalog_KeepTheirOwnRules()
    {
        TestCatalog catalog = Web();
        using DnsTester lenient = new(catalog);
        using DnsTester strict = new(catalog, new DnsServerOptions { OnlyPassing = true });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(2, lenient.Ask("web.service.consul").Answers.Count);
            Assert.Single(strict.Ask("web.service.consul").Answers);
        }
    }

    [Fact]
    public void Shuffle_EveryInstanceComesFirstEquallyOften()
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1");
        for (int i = 1; i <= 4; i++)
        {
            catalog.Add("n1", "db", $"d{i}", $"10.0.0.{i}");
        }

        using DnsTester dns = new(catalog);
        Dictionary<string, int> first = [];
        for (int i = 0; i < 4000; i++)
        {
            string answer = dns.Ask("db.service.consul", i % 2 == 0 ? DnsRecordType.A : DnsRecordType.Any, transport: DnsTransport.Tcp).Answers[0];
            first[answer] = first.GetValueOrDefault(answer) + 1;
        }

        Assert.Equal(4, first.Count);
        Assert.All(first.Values, count => Assert.InRange(count, 850, 1150));
    }
}
