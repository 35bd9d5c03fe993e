using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.FailureTests.Processes;
using Muster.FaultProxy;

namespace Muster.FailureTests.Faults;

/// <summary>The network between servers does what the tests that stand on it believe.</summary>
public sealed class FaultNetworkTests : IAsyncDisposable
{
    private const string Here = "here", There = "there";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10), s_aWhile = TimeSpan.FromMilliseconds(150);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly FaultNetwork _network = new();
    private readonly IPEndPoint _reachedAt = new(IPAddress.Parse("127.0.8.9"), Ports.Free(IPAddress.Parse("127.0.8.9")));

    public FaultNetworkTests()
    {
        _server.Start();
        _network.Add(There, (IPEndPoint)_server.LocalEndpoint, _reachedAt);
        _network.SetProcess(Here, Environment.ProcessId);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Set_Nothing_BytesPassBothWaysAndAreCounted()
    {
        using Connection connection = await ConnectAsync();
        await SendAsync(connection.Here, "ping");
        Assert.Equal("ping", await ReceiveAsync(connection.There, 4));
        await SendAsync(connection.There, "pong!");
        Assert.Equal("pong!", await ReceiveAsync(connection.Here, 5));
        Assert.Equal((4, 5), (_network.Bytes(Here, There), _network.Bytes(There, Here)));
    }

    [Fact]
    public async Task Set_HoldOneWay_TheOtherWayGoesOnAndWhatWasHeldArrivesInOrder()
    {
        using Connection connection = await ConnectAsync();
        _network.Set(Here, There, Fault.Hold);
        await SendAsync(connection.Here, "one");
        await SendAsync(connection.There, "other");
        Assert.Equal("other", await ReceiveAsync(connection.Here, 5));
        Task<string> held = ReceiveAsync(connection.There, 6);
        await SendAsync(connection.Here, "two");
        await Assert.ThrowsAsync<TimeoutException>(() => held.WaitAsync(s_aWhile));
        _network.Heal();
        Assert.Equal("onetwo", await held);
    }

    [Fact]
    public async Task Set_Hold_TheEndOfAConnectionIsHeldToo()
    {
        using Connection connection = await ConnectAsync();
        _network.Set(Here, There, Fault.Hold);
        connection.Here.Dispose();
        Task<string> end = ReceiveAsync(connection.There, 1);
        await Assert.ThrowsAsync<TimeoutException>(() => end.WaitAsync(s_aWhile));
        _network.Heal();
        await Assert.ThrowsAnyAsync<Exception>(() => end.WaitAsync(s_patience));
    }

    [Theory]
    [InlineData(Here, There)]
    [InlineData(There, Here)]
    public async Task Set_HoldEitherWay_NoConnectionIsMadeUntilItEnds(string from, string to)
    {
        _network.Set(from, to, Fault.Hold);
        Task<Connection> connection = ConnectAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => connection.WaitAsync(s_aWhile));
        _network.Heal();
        (await connection).Dispose();
    }

    [Fact]
    public async Task Set_Throttle_BytesTakeTheirTime()
    {
        using Connection connection = await ConnectAsync();
        _network.Set(Here, There, Fault.Throttle(10_000));
        long began = Stopwatch.GetTimestamp();
        await SendAsync(connection.Here, new string('x', 3000));
        await ReceiveAsync(connection.There, 3000);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.2, 5);
    }

    [Fact]
    public async Task Set_Delay_BytesAreLate()
    {
        using Connection connection = await ConnectAsync();
        _network.Set(There, Here, Fault.Delay(TimeSpan.FromMilliseconds(200)));
        long began = Stopwatch.GetTimestamp();
        await SendAsync(connection.Here, "soon");
        await ReceiveAsync(connection.There, 4);
        await SendAsync(connection.There, "late");
        Assert.Equal("late", await ReceiveAsync(connection.Here, 4));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 195, 5000);
    }

    [Fact]
    public async Task Reset_BothSidesAreToldAtOnce()
    {
        using Connection connection = await ConnectAsync();
        _network.Reset(There, Here);
        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(connection.Here, 1));
        await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(connection.There, 1));
    }

    [Fact]
    public async Task Accept_OfAStranger_IsRefusedAndCounted()
    {
        _network.SetProcess(Here, 1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_reachedAt);
        await Assert.ThrowsAnyAsync<Exception>(() => ReceiveAsync(socket, 1));
        Assert.Equal(1, _network.Strangers);
    }

    private async Task<Connection> ConnectAsync()
    {
        Task<Socket> accepted = _server.AcceptSocketAsync();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_reachedAt);
        return new Connection(socket, await accepted);
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> ReceiveAsync(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        for (int read = 0; read < length;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().WaitAsync(s_patience);
            read += more > 0 ? more : throw new EndOfStreamException();
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private sealed record Connection(Socket Here, Socket There) : IDisposable
    {
        public void Dispose()
        {
            Here.Dispose();
            There.Dispose();
        }
    }
}
