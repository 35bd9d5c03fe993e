using Microsoft.Extensions.Logging;
using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class ClusterLoopTests
{
    [Fact]
    public void Tick_ThatAlwaysFails_GoesOnWithoutFillingTheLog()
    {
        var log = new CountingLogger();
        var handler = new FailingHandler();
        using var loop = new ClusterLoop(new ManualTime(), log);
        loop.Start(handler);
        bool isDone = SpinWait.SpinUntil(
            () =>
            {
                loop.Wake();
                return handler.Ticks > 10 * LogQuota.Most;
            },
            TimeSpan.FromSeconds(20));
        Assert.True(isDone);
        Assert.Equal(LogQuota.Most, log.Lines);
    }

    private sealed class CountingLogger : ILogger
    {
        private int _lines;

        public int Lines => Volatile.Read(ref _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _lines);
    }

    private sealed class FailingHandler : IPeerHandler
    {
        private int _ticks;

        public int Ticks => Volatile.Read(ref _ticks);

        public bool HasWork => false;

        public void Tick()
        {
            Interlocked.Increment(ref _ticks);
            throw new InvalidOperationException("planted");
        }

        public void OnConnected(ILink link, PeerHello hello, bool dialed) => throw new NotSupportedException();

        public void OnDialFailed(string target, string reason) => throw new NotSupportedException();

        public void OnMessage(ILink link, ReadOnlySpan<byte> message) => throw new NotSupportedException();

        public void OnMessageFailed(ILink link, Exception error) => throw new NotSupportedException();

        public void OnDisconnected(ILink link, string reason) => throw new NotSupportedException();
    }
}
