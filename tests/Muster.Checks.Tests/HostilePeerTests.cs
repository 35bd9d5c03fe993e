using System.Text;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

/// <summary>Fault plan H1 for the kinds that are not HTTP/1: whatever a peer does, the probe ends, critical, and keeps little.</summary>
public sealed class HostilePeerTests
{
    public static TheoryData<CheckKind, bool, string> Cases
    {
        get
        {
            TheoryData<CheckKind, bool, string> cases = [];
            foreach (string deed in Deeds.Keys)
            {
                cases.Add(CheckKind.Tcp, true, deed);
                cases.Add(CheckKind.Grpc, false, deed);
                cases.Add(CheckKind.Grpc, true, deed);
                cases.Add(CheckKind.H2Ping, false, deed);
                cases.Add(CheckKind.H2Ping, true, deed);
            }

            return cases;
        }
    }

    private static readonly Dictionary<string, Func<HostileServer.Conversation, Task>> Deeds = new()
    {
        ["closes at once"] = _ => Task.CompletedTask,
        ["never answers"] = talk => talk.AwaitCloseAsync(),
        ["speaks HTTP/0.9"] = async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync("<html>it works</html>\r\n\r\n");
            await talk.AwaitCloseAsync();
        },
        ["answers in HTTP/1.1"] = async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
            await talk.AwaitCloseAsync();
        },
        ["sends bytes without end"] = async talk =>
        {
            await talk.ReceiveAsync();
            byte[] block = new byte[16_384];
            while (true)
            {
                await talk.SendAsync(block);
            }
        },
        ["sends text without end"] = async talk =>
        {
            await talk.ReceiveAsync();
            byte[] block = Encoding.ASCII.GetBytes(new string('x', 16_384));
            while (true)
            {
                await talk.SendAsync(block);
            }
        },
        ["sends settings without end"] = async talk =>
        {
            await talk.ReceiveAsync();
            while (true)
            {
                await talk.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });
            }
        },
        ["announces a frame of 16 MiB"] = async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1 });
            await talk.AwaitCloseAsync();
        },
        ["half a frame, then nothing"] = async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync(new byte[] { 0, 0, 6, 4, 0 });
            await talk.AwaitCloseAsync();
        },
        ["headers without end"] = async talk =>
        {
            await talk.ReceiveAsync();
            await talk.SendAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0x88 });
            byte[] continuation = [0, 0, 4, 9, 0, 0, 0, 0, 1, 0x40, 1, (byte)'a', 0];
            while (true)
            {
                await talk.SendAsync(continuation);
            }
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Probe_HostilePeer_EndsCritical(CheckKind kind, bool useTls, string deed)
    {
        await using HostileServer server = new(Deeds[deed]);
        using ProberOfAllKinds prober = new(TimeProvider.System);
        CheckDefinition check = new()
        {
            Name = "port",
            Kind = kind,
            Target = new ProbeTarget($"127.0.0.1:{server.Port}") { Tls = useTls ? new ProbeTls { SkipVerify = true } : null },
        };

        // what does not end by itself is ended by the timeout
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(300));
        ProbeResult result = await prober.ProbeAsync(check, ProbeContext.Default, TimeSpan.FromMilliseconds(300), deadline.Token)
            .AsTask().WaitAsync(Patience.Limit);

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.InRange(result.Output.Length, 1, 500);
        Assert.Equal(1, server.Connections);
        await server.FirstConversation;
    }

    [Theory]
    [InlineData(CheckKind.Tcp)]
    [InlineData(CheckKind.Udp)]
    [InlineData(CheckKind.Grpc)]
    [InlineData(CheckKind.H2Ping)]
    public async Task Probe_NameFlipsToMetadataAddress_NotConnected(CheckKind kind)
    {
        // resolved once a probe, and judged as resolved: the first answer is harmless, the second is not
        await using HostileServer server = new(talk => talk.AwaitCloseAsync());
        FakeResolver names = new(["127.0.0.1"], ["169.254.169.254"]);
        TargetResolver resolver = new(names);
        TargetDialer dialer = new(resolver, TimeProvider.System);
        ProbeTarget target = new($"shop.example:{server.Port}");
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(100));

        await ProbeAsync(deadline.Token);
        Assert.Equal(1, names.Lookups);
        ProbeResult result = await ProbeAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.Contains($"169.254.169.254:{server.Port}: target not allowed: cloud metadata address", result.Output);

        async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => kind switch
        {
            CheckKind.Tcp => await new TcpProber(dialer).ProbeAsync(target, TargetPolicy.Default, Patience.Limit, cancellationToken),
            CheckKind.Udp => await new UdpProber(resolver).ProbeAsync(target, TargetPolicy.Default, cancellationToken),
            CheckKind.Grpc => await new GrpcProber(dialer).ProbeAsync(target, TargetPolicy.Default, Patience.Limit, cancellationToken),
            _ => await new H2PingProber(dialer).ProbeAsync(target, TargetPolicy.Default, Patience.Limit, cancellationToken),
        };
    }
}
