using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests;

public sealed class ResponderHotPathTests
{
    public static TheoryData<string, int> HotQuestions => new()
    {
        { "web.service.consul", (int)DnsRecordType.A },
        { "web.service.consul", (int)DnsRecordType.Srv },
        { "web.service.consul", (int)DnsRecordType.Any },
        { "v1.web.service.consul", (int)DnsRecordType.A },
        { "_web._tcp.service.dc1.consul", (int)DnsRecordType.Srv },
        { "big.service.consul", (int)DnsRecordType.Srv },
        { "big.service.consul", (int)DnsRecordType.A },
        { "nope.service.consul", (int)DnsRecordType.A },
        { "n1.node.consul", (int)DnsRecordType.A },
        { "0a000001.addr.dc1.consul", (int)DnsRecordType.A },
        { "consul", (int)DnsRecordType.Soa },
        { "example.com", (int)DnsRecordType.A },
        { "1.0.0.10.in-addr.arpa", (int)DnsRecordType.Ptr },
        { "web.default.svc.cluster.local", (int)DnsRecordType.Srv },
        { "w2.web.default.svc.cluster.local", (int)DnsRecordType.A },
        { "10-0-0-2.web.default.svc.cluster.local", (int)DnsRecordType.A },
        { "n1.node.consul", (int)DnsRecordType.Txt },
    };

    [Theory]
    [MemberData(nameof(HotQuestions))]
    public void Respond_AnswersKept_AllocatesNothing(string name, int type)
    {
        TestCatalog catalog = new TestCatalog()
            .Node("n1", "10.0.0.1", ("rack", "r1"))
            .Add("n1", "web", "w1", tags: ["v1"]).Add("n1", "web", "w2", "10.0.0.2");
        for (int i = 0; i < 300; i++)
        {
            catalog.Add("n1", "big", $"b{i}", $"10.0.{i / 200}.{i % 200}");
        }

        using DnsTester dns = new(catalog);
        byte[] query = DnsTester.Query(name, (DnsRecordType)type, 1232);
        byte[] response = new byte[4096];
        for (int i = 0; i < 100; i++)
        {
            dns.Responder.Respond(query, response, DnsTransport.Udp);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            dns.Responder.Respond(query, response, DnsTransport.Udp);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Respond_AfterManyTagsWereAskedFor_StillKeepsTheWholeService()
    {
        string[] tags = [.. Enumerable.Range(0, 40).Select(i => $"t{i}")];
        using DnsTester dns = new(new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1", tags: tags));
        foreach (string tag in tags)
        {
            Assert.Single(dns.Ask($"{tag}.web.service.consul").Answers);
        }

        byte[] query = DnsTester.Query("web.service.consul", DnsRecordType.A);
        byte[] response = new byte[512];
        dns.Responder.Respond(query, response, DnsTransport.Udp);
        long before = GC.GetAllocatedBytesForCurrentThread();
        dns.Responder.Respond(query, response, DnsTransport.Udp);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
