using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class GrpcProberTests
{
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 8, 1];
    private static readonly byte[] NotServing = [0, 0, 0, 0, 2, 8, 2];

    [Fact]
    public async Task Probe_Serving_Passes()
    {
        await using Http2Server server = await Http2Server.StartAsync(Answering(Serving));
        string address = $"127.0.0.1:{server.Port}";

        Assert.Equal(ProbeResult.Passing($"gRPC check {address}: success"), await ProbeAsync(address));
    }

    [Fact]
    public async Task Probe_NotServing_CriticalInConsulsWords()
    {
        await using Http2Server server = await Http2Server.StartAsync(Answering(NotServing));

        Assert.Equal(ProbeResult.Critical("gRPC application didn't report service healthy"), await ProbeAsync($"127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task Probe_Request_IsAHealthCheckCallForTheService()
    {
        List<string> asked = [];
        await using Http2Server server = await Http2Server.StartAsync(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            asked.Add($"{context.Request.Protocol} {context.Request.Method} {context.Request.Path} {context.Request.ContentType} te={context.Request.Headers.TE} {Convert.ToHexString(body.ToArray())}");
            await Answering(Serving)(context);
        });

        await ProbeAsync($"127.0.0.1:{server.Port}");
        await ProbeAsync($"127.0.0.1:{server.Port}/shop");

        const string call = "HTTP/2 POST /grpc.health.v1.Health/Check application/grpc te=trailers ";
        Assert.Equal([call + "0000000000", call + "00000000060A0473686F70"], asked);
    }

    [Theory]
    [InlineData("5", "unknown%20service%3A%20shop", "rpc error: code = NotFound desc = unknown service: shop")]
    [InlineData("12", "", "rpc error: code = Unimplemented desc = ")]
    [InlineData("99", "odd", "rpc error: code = Code(99) desc = odd")]
    public async Task Probe_ErrorStatus_CriticalWithItsNameAndMessage(string status, string message, string output)
    {
        await using Http2Server server = await Http2Server.StartAsync(context =>
        {
            // an answer without a body has its status among the headers
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = status;
            context.Response.Headers["grpc-message"] = message;
            return Task.CompletedTask;
        });

        Assert.Equal(ProbeResult.Critical(output), await ProbeAsync($"127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task Probe_HttpError_CriticalWithTheCode()
    {
        await using Http2Server server = await Http2Server.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Equal(
            ProbeResult.Critical("rpc error: code = Unimplemented desc = unexpected HTTP status code received from server: 404 (NotFound)"),
            await ProbeAsync($"127.0.0.1:{server.Port}"));
    }

    [Theory]
    [InlineData(2_000_000, "rpc error: code = Internal desc = the answer is longer than 1024 bytes")]
    [InlineData(0, "rpc error: code = Internal desc = the answer is no health message")]
    [InlineData(5, "rpc error: code = Internal desc = the answer is no health message")]
    public async Task Probe_AnswerOfTheWrongLength_Critical(int length, string output)
    {
        byte[] nonsense = new byte[length];
        nonsense.AsSpan().Fill(0xFF);
        await using Http2Server server = await Http2Server.StartAsync(Answering(nonsense));

        Assert.Equal(ProbeResult.Critical(output), await ProbeAsync($"127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task Probe_Tls_PassesAndVerifies()
    {
        using X509Certificate2 certificate = HostileServer.SelfSigned("shop.example");
        await using Http2Server server = await Http2Server.StartAsync(Answering(Serving), certificate);
        string address = $"127.0.0.1:{server.Port}/shop";

        Assert.Equal(
            ProbeResult.Passing($"gRPC check {address}: success"),
            await ProbeAsync(new ProbeTarget(address) { Tls = new ProbeTls { SkipVerify = true } }));
        Assert.Equal(
            ProbeResult.Critical("rpc error: code = Unavailable desc = connection error: desc = \"transport: authentication handshake failed: tls: certificate not trusted: signed by an unknown authority\""),
            await ProbeAsync(new ProbeTarget(address) { Tls = new ProbeTls { ServerName = "shop.example" } }));
    }

    [Fact]
    public async Task Probe_Http1Only_Critical()
    {
        await using Http2Server server = await Http2Server.StartAsync(Answering(Serving), protocols: HttpProtocols.Http1);

        ProbeResult result = await ProbeAsync($"127.0.0.1:{server.Port}");

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.StartsWith("rpc error: code = Unavailable desc = ", result.Output);
    }

    [Fact]
    public async Task Probe_NobodyListens_CriticalInConsulsWords()
    {
        string address = $"127.0.0.1:{HostileServer.ClosedPort()}";

        Assert.Equal(
            ProbeResult.Critical($"rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {address}: connect: connection refused\""),
            await ProbeAsync(address + "/shop"));
    }

    /// <summary>Every probe has a connection of its own: what one finds is never another's.</summary>
    [Fact]
    public async Task Probe_ManyAtOnce_EachOnItsOwnConnection()
    {
        HashSet<string> connections = [];
        await using Http2Server server = await Http2Server.StartAsync(context =>
        {
            lock (connections)
            {
                connections.Add(context.Connection.Id);
            }

            return Answering(Serving)(context);
        });

        ProbeResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ProbeAsync($"127.0.0.1:{server.Port}")));

        Assert.All(results, result => Assert.Equal(HealthStatus.Passing, result.Status));
        Assert.Equal(20, connections.Count);
    }

    private static RequestDelegate Answering(byte[] body) => async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        context.Response.AppendTrailer("grpc-status", "0");
    };

    private static Task<ProbeResult> ProbeAsync(string address) => ProbeAsync(new ProbeTarget(address));

    private static async Task<ProbeResult> ProbeAsync(ProbeTarget probe)
    {
        GrpcProber prober = new(new TargetDialer(new TargetResolver(new FakeResolver()), TimeProvider.System));
        return await prober.ProbeAsync(probe, TargetPolicy.Default, Patience.Limit, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
    }
}
