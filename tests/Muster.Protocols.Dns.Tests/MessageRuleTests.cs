using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>What holds for every name: sizes, EDNS, refusals, apex, nodes and addresses.</summary>
public sealed class MessageRuleTests
{
    private static TestCatalog Many(int count)
    {
        TestCatalog catalog = new TestCatalog().Node("n1", "10.0.0.1");
        for (int i = 0; i < count; i++)
        {
            catalog.Add("n1", "big", $"i{i}", $"10.{2 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", 1000 + (i % 50_000));
        }

        return catalog;
    }

    [Theory]
    [InlineData(null, 512)]
    [InlineData(512, 512)]
    [InlineData(1232, 1232)]
    [InlineData(65535, 4096)]
    public void Udp_A_FillsTheOfferedSizeWithWholeRecordsAndSetsTc(int? edns, int limit)
    {
        using DnsTester dns = new(Many(1000));
        DnsAnswer answer = dns.Ask("big.service.consul", edns: edns);
        Assert.True(answer.Header.IsTruncated);
        Assert.InRange(answer.Size, limit - 15, limit);
        Assert.Equal(answer.Answers.Count, answer.Answers.Distinct().Count());
        Assert.Equal(edns is not null, answer.Opt is not null);
    }

    [Fact]
    public void Udp_SrvThatFitsWithoutAllAddresses_IsNotTruncated()
    {
        using DnsTester dns = new(Many(8));
        DnsAnswer answer = dns.Ask("big.service.consul", DnsRecordType.Srv);
        Assert.Equal(8, answer.Answers.Count);
        Assert.InRange(answer.Additional.Count, 1, 7);
        Assert.False(answer.Header.IsTruncated);
    }

    [Fact]
    public void Udp_SrvThatDoesNotFit_GivesUpAddressesFirst()
    {
        using DnsTester dns = new(Many(100));
        DnsAnswer answer = dns.Ask("big.service.consul", DnsRecordType.Srv);
        Assert.True(answer.Header.IsTruncated);
        Assert.InRange(answer.Answers.Count, 8, 12);
        Assert.True(answer.Additional.Count <= 2);
    }

    [Fact]
    public void Tcp_GivesEverythingThatFits64K()
    {
        using DnsTester dns = new(Many(3000));
        DnsAnswer addresses = dns.Ask("big.service.consul", transport: DnsTransport.Tcp);
        Assert.Equal(3000, addresses.Answers.Count);
        Assert.False(addresses.Header.IsTruncated);

        DnsAnswer services = dns.Ask("big.service.consul", DnsRecordType.Srv, transport: DnsTransport.Tcp);
        Assert.True(services.Header.IsTruncated);
        Assert.InRange(services.Size, 65000, 65534);
    }

    [Fact]
    public void Tcp_AddressesBehindThePointersReach_NameTheirTargets()
    {
        using DnsTester dns = new(Many(700));
        DnsAnswer answer = dns.Ask("big.service.consul", DnsRecordType.Srv, transport: DnsTransport.Tcp);
        Assert.Equal(700, answer.Answers.Count);
        Assert.Equal(700, answer.Additional.Count);
        Assert.Equal(
            answer.Answers.Select(text => text.Split(' ')[^1]).Order(),
            answer.Additional.Select(text => text.Split(' ')[0]).Order());
    }

    [Fact]
    public void Case_OfTheQuestionIsKept()
    {
        using DnsTester dns = new(Many(1));
        Assert.Equal("bIg.SerVice.cOnsul.", dns.Ask("bIg.SerVice.cOnsul").Question);
    }

    [Fact]
    public void Outside_IsRefusedWithoutAuthority()
    {
        using DnsTester dns = new(Many(1));
        foreach (string name in (string[])["example.com", "", "xconsul", "arpa"])
        {
            DnsAnswer answer = dns.Ask(name);
            Assert.Equal(DnsResponseCode.Refused, answer.Code);
            Assert.False(answer.Header.IsAuthoritative);
        }
    }

    [Fact]
    public void OtherClass_IsRefused()
    {
        using DnsTester dns = new(Many(1));
        byte[] query = DnsTester.Query("version.consul", DnsRecordType.Txt);
        query[^1] = 3;
        Assert.Equal(DnsResponseCode.Refused, DnsAnswer.Read(dns.Send(query)).Code);
    }

    [Theory]
    [InlineData(DnsRecordType.Axfr)]
    [InlineData(DnsRecordType.Ixfr)]
    public void ZoneTransfer_IsNotImplemented(DnsRecordType type)
    {
        using DnsTester dns = new(Many(1));
        Assert.Equal(DnsResponseCode.NotImplemented, dns.Ask("consul", type).Code);
    }

    [Fact]
    public void Malformed_IsFormatErrorAndAResponseIsNotAnswered()
    {
        using DnsTester dns = new(Many(1));
        byte[] query = DnsTester.Query("big.service.consul", DnsRecordType.A);
        Assert.Equal(DnsResponseCode.FormatError, DnsAnswer.Read(dns.Send(query[..^3])).Code);
        query[2] |= 0x80;
        Assert.Null(dns.Send(query));
        Assert.Null(dns.Send(query[..11]));
    }

    [Fact]
    public void NewerEdnsVersion_IsBadVersion()
    {
        using DnsTester dns = new(Many(1));
        byte[] query = DnsTester.Query("big.service.consul", DnsRecordType.A, 1232);
        query[^5] = 1;
        DnsAnswer answer = DnsAnswer.Read(dns.Send(query));
        Assert.Equal(DnsResponseCode.BadVersion, answer.Code);
        Assert.Empty(answer.Answers);
    }

    [Fact]
    public void Apex_GivesSoaAndNs()
    {
        using DnsTester dns = new(Many(1));
        DnsAnswer soa = dns.Ask("consul", DnsRecordType.Soa);
        Assert.Equal(["consul. SOA ns.consul. hostmaster.consul. 3600 600 86400 0"], soa.Answers);
        DnsAnswer ns = dns.Ask("consul.", DnsRecordType.Ns);
        Assert.Equal(["consul. NS server.node.dc1.consul."], ns.Answers);
        Assert.Equal(["server.node.dc1.consul. A 127.0.0.1"], ns.Additional);
        Assert.Equal(["ns.consul. A 127.0.0.1"], dns.Ask("ns.consul").Answers);
        Assert.Single(dns.Ask("consul").Authority);
    }

    [Theory]
    [InlineData("n.with.dots.node.consul")]
    [InlineData("N.With.Dots.node.dc1.consul")]
    public void Node_GivesItsAddressAndNoSoaForOtherTypes(string name)
    {
        using DnsTester dns = new(new TestCatalog().Node("n.with.dots", "10.0.0.7"));
        Assert.Equal([$"{name}. A 10.0.0.7"], dns.Ask(name).Answers);
        DnsAnswer other = dns.Ask(name, DnsRecordType.Aaaa);
        Assert.Equal(DnsResponseCode.NoError, other.Code);
        Assert.Empty(other.Answers);
        Assert.Empty(other.Authority);
    }

    [Fact]
    public void Node_WithHostName_IsAlias()
    {
        using DnsTester dns = new(new TestCatalog().Node("ext", "db.example.com"));
        Assert.Equal(["ext.node.consul. CNAME db.example.com."], dns.Ask("ext.node.consul").Answers);
    }

    [Fact]
    public void Address_GivesWhatTheNameSays()
    {
        using DnsTester dns = new(Many(1));
        Assert.Equal(["0a0B0c0d.addr.dc1.consul. A 10.11.12.13"], dns.Ask("0a0B0c0d.addr.dc1.consul").Answers);
        const string V6 = "20010db8000000000000000000000003.addr.dc1.consul";
        Assert.Equal([$"{V6}. AAAA 2001:db8::3"], dns.Ask(V6, DnsRecordType.Aaaa).Answers);
        DnsAnswer wrongType = dns.Ask(V6);
        Assert.Empty(wrongType.Answers);
        Assert.Equal([$"{V6}. AAAA 2001:db8::3"], wrongType.Additional);
    }
}
