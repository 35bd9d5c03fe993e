using System.Threading.Channels;
using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

/// <summary>Keeps what it is told, for a test to wait for.</summary>
internal sealed class RecordingHandler : IPeerHandler
{
    private readonly Channel<Event> _events = Channel.CreateUnbounded<Event>();
    private long _ticks;

    public enum Kind
    {
        Connected,
        DialFailed,
        Message,
        Failed,
        Disconnected,
    }

    /// <summary>Called with each message, in the loop's thread.</summary>
    public Action<ILink, byte[]>? OnEachMessage { get; set; }

    public long Ticks => Interlocked.Read(ref _ticks);

    public bool HasWork => false;

    public void Tick() => Interlocked.Increment(ref _ticks);

    public void OnConnected(ILink link, PeerHello hello, bool dialed) => Add(new Event(Kind.Connected, link, hello.Name + (dialed ? " dialed" : " called"), [], hello));

    public void OnDialFailed(string target, string reason) => Add(new Event(Kind.DialFailed, null, reason, [], null));

    public void OnMessage(ILink link, ReadOnlySpan<byte> message)
    {
        byte[] copy = message.ToArray();
        if (OnEachMessage is { } each)
        {
            each(link, copy);
        }
        else
        {
            Add(new Event(Kind.Message, link, "", copy, null));
        }
    }

    public void OnMessageFailed(ILink link, Exception error) => Add(new Event(Kind.Failed, link, error.Message, [], null));

    public void OnDisconnected(ILink link, string reason) => Add(new Event(Kind.Disconnected, link, reason, [], null));

    /// <summary>The next event, which must be of a kind.</summary>
    public async Task<Event> NextAsync(Kind kind)
    {
        Event next = await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(next.Kind == kind, $"expected {kind}, came {next.Kind} {next.Text}");
        return next;
    }

    private void Add(Event each) => _events.Writer.TryWrite(each);

    internal sealed record Event(Kind Kind, ILink? Link, string Text, byte[] Bytes, PeerHello? Hello);
}
