using System.Net;
using System.Net.Sockets;

namespace Muster.FailureTests.Cluster.Peers;

/// <summary>
/// Stands between two servers and makes each believe that the other is a newer version: it shows each the other's name, a
/// newer protocol and a hello with more fields, and adds fields, facts and messages to what they say that they cannot know.
/// </summary>
internal sealed class NewerVersionBridge : IAsyncDisposable
{
    private const byte NewestProtocol = 9, UnknownMessage = 200;
    private const byte Facts = 3, Members = 13;
    private const ulong UnknownFact = 99;

    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly byte[] _key;
    private readonly List<PeerSession> _sessions = [];
    private readonly Task _accepting;
    private int _messages;

    public NewerVersionBridge(IPEndPoint listenAt, IPEndPoint target, string secret)
    {
        _listener = new TcpListener(listenAt);
        _listener.Start();
        _target = target;
        _key = PeerSession.KeyOf(secret);
        _accepting = AcceptAsync();
    }

    /// <summary>How many messages it changed and carried.</summary>
    public int Messages => Volatile.Read(ref _messages);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        lock (_sessions)
        {
            _sessions.ForEach(session => session.Dispose());
        }
    }

    /// <summary>A message as a newer version would send it.</summary>
    public static byte[] Newer(byte[] message)
    {
        var fields = new WireReader(message.AsSpan(1));
        var newer = new WireWriter().Raw(message[0]);
        switch (message[0])
        {
            case Facts:
                newer.Number(fields.Number());
                ulong count = fields.Number();
                byte[] facts = AppendToEach(fields.Bytes(), count);
                newer.Number(count + 1).Bytes([.. facts, .. new WireWriter().Bytes(new WireWriter().Number(UnknownFact).Text("of the future").ToArray()).ToArray()]);
                break;
            case Members:
                count = fields.Number();
                newer.Number(count).Raw(AppendToEach(fields.Rest, count));
                return newer.Text("future").ToArray();
            default:
                break;
        }

        return newer.Raw(fields.Rest).Text("future").Number(4711).ToArray();
    }

    private static byte[] AppendToEach(ReadOnlySpan<byte> records, ulong count)
    {
        var all = new WireReader(records);
        var longer = new WireWriter();
        for (ulong i = 0; i < count; i++)
        {
            longer.Bytes([.. all.Bytes(), .. "future"u8]);
        }

        return longer.Raw(all.Rest).ToArray();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = BridgeAsync(new PeerSession(socket));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task BridgeAsync(PeerSession dialer)
    {
        try
        {
            PeerSession listener = await PeerSession.ConnectAsync(_target);
            lock (_sessions)
            {
                _sessions.AddRange([dialer, listener]);
            }

            await IntroduceAsync(dialer, listener);
            await Task.WhenAny(CarryAsync(dialer, listener), CarryAsync(listener, dialer));
            listener.Dispose();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // one of them hung up
        }

        dialer.Dispose();
    }

    /// <summary>Handshakes with each in the name of the other.</summary>
    private async Task IntroduceAsync(PeerSession dialer, PeerSession listener)
    {
        byte[] dialersOwn = await dialer.ReceiveAsync(PeerSession.OpeningBytes);
        byte[] asDialer = PeerSession.Opening(PeerSession.IdOf(dialersOwn), NewestProtocol);
        await listener.SendAsync(asDialer);
        byte[] listenersOwn = await listener.ReceiveAsync(PeerSession.OpeningBytes);
        byte[] asListener = PeerSession.Opening(PeerSession.IdOf(listenersOwn), NewestProtocol);
        await dialer.SendAsync(asListener);

        byte[] dialersHello = [.. await dialer.ReceiveHelloAsync(), .. "future"u8];
        await listener.SendAsync(PeerSession.Proof(_key, PeerSession.Dialer, asDialer, listenersOwn, dialersHello));
        if ((await listener.ReceiveAsync(1))[0] is not 0 and var verdict)
        {
            throw new InvalidOperationException($"the listener refused: {verdict}");
        }

        byte[] listenersHello = [.. await listener.ReceiveHelloAsync(), .. "future"u8];
        await dialer.SendAsync([0, .. PeerSession.Proof(_key, PeerSession.Listener, dialersOwn, asListener, listenersHello)]);
    }

    private async Task CarryAsync(PeerSession from, PeerSession to)
    {
        while (true)
        {
            byte[] message = await from.ReceiveFrameAsync();
            await to.SendFrameAsync(Newer(message));
            if (Interlocked.Increment(ref _messages) % 5 == 0)
            {
                await to.SendFrameAsync([UnknownMessage, 1, 2, 3]);
            }
        }
    }
}
