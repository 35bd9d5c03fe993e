using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class H2PingProberTests
{
    private static readonly ProbeResult Success = ProbeResult.Passing("HTTP2 ping was successful");

    [Fact]
    public async Task Probe_PlainHttp2_Passes()
    {
        await using Http2Server server = await Http2Server.StartAsync(_ => Task.CompletedTask);

        Assert.Equal(Success, await ProbeAsync(new ProbeTarget($"127.0.0.1:{server.Port}")));
    }

    [Fact]
    public async Task Probe_Http2OverTls_PassesAndVerifies()
    {
        using X509Certificate2 certificate = HostileServer.SelfSigned("shop.example");
        await using Http2Server server = await Http2Server.StartAsync(_ => Task.CompletedTask, certificate);
        string address = $"127.0.0.1:{server.Port}";

        Assert.Equal(Success, await ProbeAsync(new ProbeTarget(address) { Tls = new ProbeTls { SkipVerify = true } }));
        Assert.Equal(
            ProbeResult.Critical($"Failed to dial to {address}: tls: certificate not trusted: signed by an unknown authority"),
            await ProbeAsync(new ProbeTarget(address) { Tls = new ProbeTls { ServerName = "shop.example" } }));
    }

    [Fact]
    public async Task Probe_Http1Only_Critical()
    {
        await using Http2Server server = await Http2Server.StartAsync(_ => Task.CompletedTask, protocols: HttpProtocols.Http1);

        ProbeResult result = await ProbeAsync(new ProbeTarget($"127.0.0.1:{server.Port}"));

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.StartsWith("HTTP2 ping failed: ", result.Output);
    }

    [Fact]
    public async Task Probe_NobodyListens_CriticalInConsulsWords()
    {
        string address = $"127.0.0.1:{HostileServer.ClosedPort()}";

        Assert.Equal(
            ProbeResult.Critical($"Failed to dial to {address}: dial tcp {address}: connect: connection refused"),
            await ProbeAsync(new ProbeTarget(address)));
    }

    [Fact]
    public async Task Probe_ServerGoesAway_Critical()
    {
        byte[] settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        byte[] goAway = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11];
        await using HostileServer server = new(async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync((byte[])[.. settings, .. goAway]);
            await talk.AwaitCloseAsync();
        });

        Assert.Equal(
            ProbeResult.Critical("HTTP2 ping failed: the server closed the connection (GOAWAY)"),
            await ProbeAsync(new ProbeTarget($"127.0.0.1:{server.Port}")));
    }

    [Fact]
    public async Task Probe_PingOfItsOwnInsteadOfAnAnswer_NotTakenForOne()
    {
        byte[] settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        byte[] ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, .. "musterH2"u8];
        await using HostileServer server = new(async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync(settings);
            for (int i = 0; i < 200; i++)
            {
                await talk.SendAsync(ping);
            }

            await talk.AwaitCloseAsync();
        });

        Assert.Equal(
            ProbeResult.Critical("HTTP2 ping failed: no answer within 100 frames"),
            await ProbeAsync(new ProbeTarget($"127.0.0.1:{server.Port}")));
    }

    private static async Task<ProbeResult> ProbeAsync(ProbeTarget probe)
    {
        H2PingProber prober = new(new TargetDialer(new TargetResolver(new FakeResolver()), TimeProvider.System));
        return await prober.ProbeAsync(probe, TargetPolicy.Default, Patience.Limit, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);
    }
}
