using System.Net;
using System.Net.Sockets;
using Muster.Protocols.Dns.Transport;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Tests.Recursion;

/// <summary>Questions that another server has to answer.</summary>
public sealed class RecursionTests
{
    private static TestCatalog Some() => new TestCatalog().Node("n1", "10.0.0.1").Add("n1", "web", "w1").Add("n1", "named", "d1", "db.example.com");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OutsideName_IsAnsweredByTheRecursorInTheClientsLetters(bool tcp)
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, addresses: "192.0.2.1")]);
        using DnsTester dns = new(Some(), Asking(upstream));
        DnsAnswer answer = await dns.AskLaterAsync("eXample.com", DnsRecordType.A, tcp ? DnsTransport.Tcp : DnsTransport.Udp);
        Assert.Equal(["eXample.com. A 192.0.2.1"], answer.Answers);
        Assert.Equal(0x1234, answer.Header.Id);
        Assert.True(answer.Header.RecursionAvailable);
        Assert.False(answer.Header.IsAuthoritative);
        Assert.Equal(1, upstream.Queries);
    }

    [Fact]
    public async Task NoSuchName_IsAnAnswerToo()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, DnsResponseCode.NameError)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        Assert.Equal(DnsResponseCode.NameError, (await dns.AskLaterAsync("nope.example.com")).Code);
    }

    [Fact]
    public async Task FailingRecursor_TheNextIsAsked()
    {
        await using FakeUpstream failing = new(query => [FakeUpstream.Answer(query, DnsResponseCode.ServerFailure)]);
        await using FakeUpstream silent = new(_ => []);
        await using FakeUpstream working = new(query => [FakeUpstream.Answer(query, addresses: "192.0.2.1")]);
        using DnsTester dns = new(Some(), Giving(TimeSpan.FromSeconds(2), failing, silent, working));
        Assert.Single((await dns.AskLaterAsync("example.com")).Answers);
        Assert.Equal((1, 1, 1), (failing.Queries, silent.Queries, working.Queries));
    }

    [Fact]
    public async Task AllFail_IsServfail()
    {
        await using FakeUpstream failing = new(query => [FakeUpstream.Answer(query, DnsResponseCode.Refused)]);
        using DnsTester dns = new(Some(), Asking(failing));
        DnsAnswer answer = await dns.AskLaterAsync("example.com");
        Assert.Equal(DnsResponseCode.ServerFailure, answer.Code);
        Assert.Equal("example.com.", answer.Question);
    }

    [Fact]
    public async Task ForgedAnswers_AreIgnoredUntilTheRightOne()
    {
        await using FakeUpstream upstream = new(Forge);
        using DnsTester dns = new(Some(), Asking(upstream));
        Assert.Equal(["example.com. A 192.0.2.1"], (await dns.AskLaterAsync("example.com")).Answers);

        static IEnumerable<byte[]> Forge(byte[] query)
        {
            byte[] good = FakeUpstream.Answer(query, addresses: "192.0.2.1");
            byte[] bad = FakeUpstream.Answer(query, addresses: "203.0.113.6");
            yield return With(bad, 0, (byte)(bad[0] ^ 1));           // another number
            yield return With(bad, 2, (byte)(bad[2] & 0x7F));        // a query
            yield return With(bad, 13, (byte)'x');                   // another name
            yield return With(bad, bad.Length - 19, (byte)28);       // another type
            yield return bad[..^1];                                  // a record cut short
            yield return [.. bad[..5], 2, .. bad[6..]];              // two questions
            yield return good;
        }

        static byte[] With(byte[] packet, int at, byte value)
        {
            byte[] copy = [.. packet];
            copy[at] = value;
            return copy;
        }
    }

    [Fact]
    public async Task Questions_ComeFromNewPortsWithNewNumbers()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        for (int i = 0; i < 40; i++)
        {
            await dns.AskLaterAsync("example.com");
        }

        Assert.InRange(upstream.Seen.Select(seen => seen.Id).Distinct().Count(), 38, 40);
        Assert.InRange(upstream.Seen.Select(seen => seen.Port).Distinct().Count(), 30, 40);
    }

    [Fact]
    public async Task LargeAnswer_IsCutOverUdpAndWholeOverTcp()
    {
        string[] addresses = [.. Enumerable.Range(0, 200).Select(i => $"192.0.2.{i}")];
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, DnsResponseCode.NoError, addresses)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        Assert.True((await dns.AskLaterAsync("example.com")).Header.IsTruncated);
        DnsAnswer whole = await dns.AskLaterAsync("example.com", DnsRecordType.A, DnsTransport.Tcp);
        Assert.Equal(200, whole.Answers.Count);
    }

    [Fact]
    public async Task Alias_IsCompletedWithItsAddresses()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, addresses: "192.0.2.1")]);
        using DnsTester dns = new(Some(), Asking(upstream));
        DnsAnswer answer = await dns.AskLaterAsync("named.service.consul");
        Assert.Equal(["named.service.consul. CNAME db.example.com.", "db.example.com. A 192.0.2.1"], answer.Answers);
        Assert.True(answer.Header.IsAuthoritative);
    }

    [Fact]
    public async Task Alias_WhenNobodyKnowsIt_IsTheWholeAnswer()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, DnsResponseCode.ServerFailure)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        DnsAnswer answer = await dns.AskLaterAsync("named.service.consul");
        Assert.Equal(DnsResponseCode.NoError, answer.Code);
        Assert.Equal(["named.service.consul. CNAME db.example.com."], answer.Answers);
    }

    [Fact]
    public async Task UnknownAddress_IsAskedForButOurOwnIsNot()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, DnsResponseCode.NameError)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        Assert.Single(dns.Ask("1.0.0.10.in-addr.arpa", DnsRecordType.Ptr).Answers);
        Assert.Equal(DnsResponseCode.NameError, (await dns.AskLaterAsync("9.9.9.9.in-addr.arpa", DnsRecordType.Ptr)).Code);
        Assert.Equal(1, upstream.Queries);
    }

    [Fact]
    public async Task RecursionNotDesired_OrOurOwnName_AsksNobody()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query)]);
        using DnsTester dns = new(Some(), Asking(upstream));
        byte[] query = DnsTester.Query("example.com", DnsRecordType.A);
        query[2] = 0;
        DnsAnswer refused = DnsAnswer.Read(dns.Send(query));
        Assert.Equal(DnsResponseCode.Refused, refused.Code);
        Assert.True(refused.Header.RecursionAvailable);
        Assert.Equal(DnsResponseCode.NameError, dns.Ask("nope.service.consul").Code);
        Assert.Equal(0, upstream.Queries);
    }

    [Fact]
    public async Task TooManyAtATime_FailAtOnce()
    {
        await using FakeUpstream silent = new(_ => []);
        using DnsTester dns = new(Some(), Giving(TimeSpan.FromMilliseconds(100), silent));
        byte[] query = DnsTester.Query("example.com", DnsRecordType.A);
        byte[] response = new byte[512];
        for (int i = 0; i < 1024; i++)
        {
            Assert.Equal(IDnsResponder.Later, dns.Responder.Respond(query, response, DnsTransport.Udp));
        }

        int length = dns.Responder.Respond(query, response, DnsTransport.Udp);
        Assert.Equal(DnsResponseCode.ServerFailure, DnsAnswer.Read(response.AsSpan(0, length)).Code);
        await dns.Responder.RespondLaterAsync(query, response, DnsTransport.Udp);
        Assert.Equal(IDnsResponder.Later, dns.Responder.Respond(query, response, DnsTransport.Udp));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_AnswersOthersWhileARecursorIsSilent(bool batching)
    {
        await using FakeUpstream silent = new(_ => []);
        DnsServerOptions options = Giving(TimeSpan.FromSeconds(2), silent);
        options.EndPoints = [new IPEndPoint(IPAddress.Any, 0)];
        options.UdpBatching = batching;
        await using DnsServer server = new(Some().Catalog, options, TimeProvider.System, Random.Shared);
        server.Start();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(IPAddress.Loopback, server.EndPoints[0].Port);
        await client.SendAsync(DnsTester.Query("example.com", DnsRecordType.A), SocketFlags.None);
        await client.SendAsync(DnsTester.Query("web.service.consul", DnsRecordType.A), SocketFlags.None);
        Assert.Equal(["web.service.consul. A 10.0.0.1"], (await ReceiveAsync(client)).Answers);
        Assert.Equal(DnsResponseCode.ServerFailure, (await ReceiveAsync(client)).Code);
    }

    [Fact]
    public async Task Server_Reconfigured_AsksTheNewRecursorsOrNone()
    {
        await using FakeUpstream upstream = new(query => [FakeUpstream.Answer(query, addresses: "192.0.2.1")]);
        await using DnsServer server = new(Some().Catalog, new DnsServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, 0)] }, TimeProvider.System, Random.Shared);
        server.Start();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(server.EndPoints[0]);
        byte[] query = DnsTester.Query("example.com", DnsRecordType.A);
        foreach (DnsServerOptions options in (DnsServerOptions[])[new(), Asking(upstream), new()])
        {
            server.Reconfigure(options);
            await client.SendAsync(query, SocketFlags.None);
            Assert.Equal(options.Recursors.Count > 0 ? DnsResponseCode.NoError : DnsResponseCode.Refused, (await ReceiveAsync(client)).Code);
        }
    }

    private static async Task<DnsAnswer> ReceiveAsync(Socket client)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
        byte[] buffer = new byte[4096];
        int length = await client.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
        return DnsAnswer.Read(buffer.AsSpan(0, length));
    }

    /// <summary>With all patience: a recursor of these tests answers as soon as the machine lets it.</summary>
    private static DnsServerOptions Asking(params FakeUpstream[] upstreams) => new()
    {
        Recursors = [.. upstreams.Select(upstream => upstream.EndPoint)],
        RecursorTimeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>For recursors that never answer: a test waits for so long.</summary>
    private static DnsServerOptions Giving(TimeSpan timeout, params FakeUpstream[] upstreams)
    {
        DnsServerOptions options = Asking(upstreams);
        options.RecursorTimeout = timeout;
        return options;
    }
}
