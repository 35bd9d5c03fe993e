using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.FaultProxy;

namespace Muster.FailureTests.Faults;

/// <summary>The proxy does what the tests that stand on it believe.</summary>
public sealed class TcpProxyTests : IAsyncDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly TcpProxy _proxy;

    public TcpProxyTests()
    {
        _server.Start();
        _proxy = TcpProxy.Before(((IPEndPoint)_server.LocalEndpoint).Port);
        _ = EchoAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task Set_None_BytesPassBothWays()
    {
        using TcpClient client = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(client, "hello"));
        Assert.Single(_proxy.Accepted);
        Assert.Equal(1, _proxy.Open);
    }

    [Fact]
    public async Task Set_Delay_AlsoOpenConnectionsAreLate()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "quick");
        _proxy.Set(Fault.Delay(TimeSpan.FromMilliseconds(200)));
        long began = Stopwatch.GetTimestamp();
        Assert.Equal("slow", await AskAsync(client, "slow"));
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 195, 5000);
    }

    [Fact]
    public async Task Set_Refuse_OpenConnectionsAreResetAndNewOnesRefusedUntilItEnds()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.Set(Fault.Refuse);
        await Assert.ThrowsAsync<IOException>(() => AskAsync(client, "during"));
        SocketException refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        _proxy.Set(Fault.None);
        using TcpClient again = await ConnectAsync();
        Assert.Equal("after", await AskAsync(again, "after"));
    }

    [Fact]
    public async Task Set_Silence_NothingComesBack()
    {
        using TcpClient client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.Set(Fault.Silence);
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(client, "during").WaitAsync(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task Set_CutAfter_TheAnswerEndsInTheMiddle()
    {
        _proxy.Set(Fault.CutAfter(3));
        using TcpClient client = await ConnectAsync();
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("hello"u8.ToArray());
        byte[] answer = new byte[10];
        int read = 0;
        try
        {
            for (int more; (more = await stream.ReadAsync(answer.AsMemory(read))) > 0; read += more)
            {
            }
        }
        catch (IOException)
        {
            // the reset may overtake the bytes
        }

        Assert.InRange(read, 0, 3);
    }

    [Fact]
    public async Task Set_Answer_TheServerIsNotAsked()
    {
        _proxy.Set(Fault.Answer(request => Lies.Ok("text/plain", request.Split(' ')[1])));
        using var http = new HttpClient();
        Assert.Equal("/some/path", await http.GetStringAsync(new Uri(_proxy.Address, "/some/path")));
    }

    [Fact]
    public async Task Lies_GzipBomb_IsSmallOnTheWireAndLargeUnpacked()
    {
        byte[] bomb = Lies.GzipBomb("application/json", 32 << 20);
        Assert.InRange(bomb.Length, 1000, 1 << 20);
        _proxy.Set(Fault.Answer(_ => bomb));
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip });
        Assert.Equal(32 << 20, (await http.GetByteArrayAsync(_proxy.Address)).Length);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private static async Task<string> AskAsync(TcpClient client, string text)
    {
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        byte[] answer = new byte[text.Length];
        await stream.ReadExactlyAsync(answer);
        return Encoding.ASCII.GetString(answer);
    }

    private async Task EchoAsync()
    {
        while (true)
        {
            Socket client = await _server.AcceptSocketAsync();
            _ = Task.Run(async () =>
            {
                using var stream = new NetworkStream(client, ownsSocket: true);
                await stream.CopyToAsync(stream);
            });
        }
    }
}
