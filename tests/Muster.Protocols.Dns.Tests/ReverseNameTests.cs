using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

/// <summary>Addresses written backwards.</summary>
public sealed class ReverseNameTests
{
    private const string V6Name = "3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

    private static TestCatalog Some() => new TestCatalog().Node("n1", "10.0.0.1").Node("n6", "2001:db8::3").Add("n1", "web", "w1", "10.0.0.2");

    [Theory]
    [InlineData("1.0.0.10.in-addr.arpa", "n1.node.dc1.consul.")]
    [InlineData("1.0.0.10.IN-ADDR.arpa", "n1.node.dc1.consul.")]
    [InlineData("2.0.0.10.in-addr.arpa", "web.service.dc1.consul.")]
    [InlineData(V6Name, "n6.node.dc1.consul.")]
    [InlineData("1.0.0.127.in-addr.arpa", "server.node.dc1.consul.")]
    public void Ptr_KnownAddress_NamesTheNodeElseTheService(string name, string expected)
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask(name, DnsRecordType.Ptr);
        Assert.Equal([$"{name}. PTR {expected}"], answer.Answers);
        Assert.Equal(0u, answer.Ttls[0]);
        Assert.True(answer.Header.IsAuthoritative);
    }

    [Theory]
    [InlineData("9.0.0.10.in-addr.arpa", DnsResponseCode.NameError)]
    [InlineData("01.0.0.10.in-addr.arpa", DnsResponseCode.NameError)]
    [InlineData("1.1.0.0.10.in-addr.arpa", DnsResponseCode.NameError)]
    [InlineData("256.0.0.10.in-addr.arpa", DnsResponseCode.NameError)]
    [InlineData("x" + V6Name, DnsResponseCode.NameError)]
    [InlineData("0.0.10.in-addr.arpa", DnsResponseCode.NoError)]
    [InlineData("8.b.d.0.1.0.0.2.ip6.arpa", DnsResponseCode.NoError)]
    public void Ptr_AnythingElse_HasNoRecordButAnSoa(string name, DnsResponseCode code)
    {
        using DnsTester dns = new(Some());
        DnsAnswer answer = dns.Ask(name, DnsRecordType.Ptr);
        Assert.Equal(code, answer.Code);
        Assert.Empty(answer.Answers);
        Assert.Single(answer.Authority);
    }

    [Fact]
    public void Ptr_FollowsEveryChange()
    {
        TestCatalog catalog = Some();
        using DnsTester dns = new(catalog);
        Assert.Equal("web.service.dc1.consul.", NameOf(dns, "2.0.0.10.in-addr.arpa"));

        catalog.Add("n1", "web", "w2", "10.0.0.2").Add("n1", "api", "a1", "10.0.0.2");
        Assert.Equal("api.service.dc1.consul.", NameOf(dns, "2.0.0.10.in-addr.arpa"));

        catalog.Add("n1", "api", "a1", "10.0.0.3");
        Assert.Equal("web.service.dc1.consul.", NameOf(dns, "2.0.0.10.in-addr.arpa"));
        Assert.Equal("api.service.dc1.consul.", NameOf(dns, "3.0.0.10.in-addr.arpa"));

        Assert.True(catalog.Catalog.Deregister("n1", "w1", "test").Ok);
        Assert.Equal("web.service.dc1.consul.", NameOf(dns, "2.0.0.10.in-addr.arpa"));
        Assert.True(catalog.Catalog.Deregister("n1", "w2", "test").Ok);
        Assert.Null(NameOf(dns, "2.0.0.10.in-addr.arpa"));

        catalog.Node("n1", "10.0.0.9");
        Assert.Null(NameOf(dns, "1.0.0.10.in-addr.arpa"));
        Assert.Equal("n1.node.dc1.consul.", NameOf(dns, "9.0.0.10.in-addr.arpa"));
        Assert.True(catalog.Catalog.DeregisterNode("n1", "test").Ok);
        Assert.Null(NameOf(dns, "9.0.0.10.in-addr.arpa"));
    }

    [Fact]
    public void Any_IsMinimalOverUdp()
    {
        using DnsTester dns = new(Some());
        Assert.Equal(["1.0.0.10.in-addr.arpa. HINFO RFC8482 "], dns.Ask("1.0.0.10.in-addr.arpa", DnsRecordType.Any).Answers);
        Assert.Equal(
            ["1.0.0.10.in-addr.arpa. PTR n1.node.dc1.consul."],
            dns.Ask("1.0.0.10.in-addr.arpa", DnsRecordType.Any, transport: DnsTransport.Tcp).Answers);
    }

    private static string? NameOf(DnsTester dns, string name) => dns.Ask(name, DnsRecordType.Ptr).Answers.SingleOrDefault()?.Split(' ')[^1];
}
