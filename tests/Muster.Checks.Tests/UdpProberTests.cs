using System.Net;
using System.Net.Sockets;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

public sealed class UdpProberTests
{
    [Fact]
    public async Task Probe_Answers_Passes()
    {
        using Socket server = Bound();
        Task<ProbeResult> probing = ProbeAsync(Address(server), CancellationToken.None);

        SocketReceiveFromResult asked = await server.ReceiveFromAsync(new byte[16], new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience.Limit);
        await server.SendToAsync(new byte[1000], asked.RemoteEndPoint);

        Assert.Equal(ProbeResult.Passing($"UDP connect {Address(server)}: Success"), await probing.WaitAsync(Patience.Limit));
        Assert.Equal(0, asked.ReceivedBytes);
    }

    [Fact]
    public async Task Probe_SilentUntilTheTimeout_Passes()
    {
        using Socket server = Bound();
        using CancellationTokenSource deadline = new();
        Task<ProbeResult> probing = ProbeAsync(Address(server), deadline.Token);
        await server.ReceiveFromAsync(new byte[16], new IPEndPoint(IPAddress.Any, 0)).WaitAsync(Patience.Limit);

        await deadline.CancelAsync();

        Assert.Equal(ProbeResult.Passing($"UDP connect {Address(server)}: Success"), await probing.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Probe_NobodyListens_Critical()
    {
        string address;
        using (Socket closed = Bound())
        {
            address = Address(closed);
        }

        Assert.Equal(
            ProbeResult.Critical($"read udp {address}: read: connection refused"),
            await ProbeAsync(address, CancellationToken.None).WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData("169.254.169.254:53", "dial udp 169.254.169.254:53: target not allowed: cloud metadata address")]
    [InlineData("nowhere.invalid:53", "dial udp: lookup nowhere.invalid: no such host")]
    [InlineData("host", "dial udp: address host: not host:port")]
    public async Task Probe_NotReachable_Critical(string address, string output) =>
        Assert.Equal(ProbeResult.Critical(output), await ProbeAsync(address, CancellationToken.None));

    private static Socket Bound()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static string Address(Socket socket) => socket.LocalEndPoint!.ToString()!;

    private static async Task<ProbeResult> ProbeAsync(string address, CancellationToken cancellationToken) =>
        await new UdpProber(new TargetResolver(new FakeResolver())).ProbeAsync(new ProbeTarget(address), TargetPolicy.Default, cancellationToken);
}
