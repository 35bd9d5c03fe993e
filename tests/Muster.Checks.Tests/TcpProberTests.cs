using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class TcpProberTests
{
    [Fact]
    public async Task Probe_Listening_Passes()
    {
        await using HostileServer server = new(talk => talk.AwaitCloseAsync());

        ProbeResult result = await ProbeAsync($"127.0.0.1:{server.Port}");

        Assert.Equal(new ProbeResult(HealthStatus.Passing, $"TCP connect 127.0.0.1:{server.Port}: Success"), result);
        await server.FirstConversation;
    }

    [Fact]
    public async Task Probe_NobodyListens_CriticalWithTheReason()
    {
        int port = HostileServer.ClosedPort();

        ProbeResult result = await ProbeAsync($"127.0.0.1:{port}");

        Assert.Equal(ProbeResult.Critical($"dial tcp 127.0.0.1:{port}: connect: connection refused"), result);
    }

    [Fact]
    public async Task Probe_Name_ConnectsToTheFirstAddressThatAnswers()
    {
        await using HostileServer server = new(talk => talk.AwaitCloseAsync());
        FakeResolver resolver = new(["127.0.0.77", "127.0.0.1"]);

        ProbeResult result = await ProbeAsync($"db.example:{server.Port}", resolver);

        Assert.Equal(HealthStatus.Passing, result.Status);
        Assert.Equal(1, resolver.Lookups);
    }

    [Fact]
    public async Task Probe_NameWithForbiddenAndAllowedAddress_OnlyTheAllowedIsTried()
    {
        await using HostileServer server = new(talk => talk.AwaitCloseAsync());

        ProbeResult result = await ProbeAsync($"db.example:{server.Port}", new FakeResolver(["169.254.169.254", "127.0.0.1"]));

        Assert.Equal(HealthStatus.Passing, result.Status);
    }

    [Fact]
    public async Task Probe_UnknownName_CriticalWithTheReason() =>
        Assert.Equal(ProbeResult.Critical("dial tcp: lookup nowhere.invalid: no such host"), await ProbeAsync("nowhere.invalid:80"));

    [Theory]
    [InlineData("169.254.169.254:80", "dial tcp 169.254.169.254:80: target not allowed: cloud metadata address")]
    [InlineData("[::ffff:169.254.169.254]:80", "dial tcp [::ffff:169.254.169.254]:80: target not allowed: cloud metadata address")]
    [InlineData("0.0.0.0:80", "dial tcp 0.0.0.0:80: target not allowed: unspecified address (0.0.0.0/8)")]
    [InlineData("[fe80::1]:80", "dial tcp [fe80::1]:80: target not allowed: link-local address (fe80::/10)")]
    public async Task Probe_ForbiddenTarget_CriticalNamingTheRule(string target, string output) =>
        Assert.Equal(ProbeResult.Critical(output), await ProbeAsync(target));

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData(":80")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host: 80")]
    [InlineData("::1:80")]
    [InlineData("[host]:80")]
    [InlineData("[::1]80")]
    [InlineData("http://host:80")]
    public async Task Probe_NotATarget_Critical(string target) =>
        Assert.Equal(ProbeResult.Critical($"dial tcp: address {target}: not host:port"), await ProbeAsync(target));

    [Fact]
    public async Task Probe_CancelledBeforeConnect_TimesOut()
    {
        TcpProber prober = new(new TargetDialer(new TargetResolver(new FakeResolver()), TimeProvider.System));

        ProbeResult result = await prober.ProbeAsync(
            new ProbeTarget("127.0.0.1:9"), TargetPolicy.Default, TimeSpan.FromSeconds(1), new CancellationToken(canceled: true));

        Assert.Equal(ProbeResult.Critical("dial tcp 127.0.0.1:9: i/o timeout"), result);
    }

    [Fact]
    public async Task SystemResolver_Localhost_IsLoopbackForEveryoneAsking()
    {
        using SystemNameResolver resolver = new();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(_ => resolver.ResolveAsync("localhost", CancellationToken.None).AsTask())).WaitAsync(Patience.Limit);

        Assert.All(answers, addresses => Assert.All(addresses, address => Assert.True(System.Net.IPAddress.IsLoopback(address))));
    }

    private static async Task<ProbeResult> ProbeAsync(string target, FakeResolver? resolver = null)
    {
        TcpProber prober = new(new TargetDialer(new TargetResolver(resolver ?? new FakeResolver()), TimeProvider.System));
        return await prober.ProbeAsync(new ProbeTarget(target), TargetPolicy.Default, Patience.Limit, CancellationToken.None);
    }
}
