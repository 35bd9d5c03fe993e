using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Muster.Cluster.Sockets;

/// <summary>
/// The one thread in which a server talks about its cluster: it hands over what came on the links, one thing at a time, and
/// ticks. So the code behind <see cref="IPeerHandler"/> needs no lock, and the simulator can run the same code.
/// </summary>
/// <remarks>
/// A thread of its own because a merge can take milliseconds, which no thread of the pool should wait for. Its inbox stays
/// short by itself: a link reads on only when its last messages have been handled.
/// </remarks>
public sealed partial class ClusterLoop : IClusterWake, IDisposable
{
    private const int MostBetweenTicks = 64;

    private static readonly TimeSpan s_busy = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(25);

    private readonly ConcurrentQueue<IClusterWork> _inbox = new();
    private readonly AutoResetEvent _bell = new(false);
    private readonly ILogger _logger;
    private readonly LogQuota _failures;
    private readonly Thread _thread;
    private IPeerHandler? _handler;
    private int _rung;
    private volatile bool _stopping;
    private volatile bool _ended;

    /// <summary>Makes a loop, which begins with <see cref="Start"/>.</summary>
    public ClusterLoop(TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _failures = new LogQuota(time);
        _thread = new Thread(Run) { IsBackground = true, Name = "cluster" };
    }

    /// <summary>Begins. What waits already is handed over first.</summary>
    public void Start(IPeerHandler handler)
    {
        _handler = handler;
        _thread.Start();
    }

    /// <summary>Asks for a tick at once. From any thread, cheap, never blocks.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _rung) == 0 && Interlocked.Exchange(ref _rung, 1) == 0)
        {
            _bell.Set();
        }
    }

    /// <summary>Does something in the loop's thread.</summary>
    public Task<T> CallAsync<T>(Func<T> work)
    {
        var call = new ClusterCall<T>(work);
        Post(call);
        return call.Done;
    }

    /// <summary>Ends the loop after the work that it has begun. Waits for that.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        if (_handler is null)
        {
            AbandonAll();
        }
        else
        {
            Wake();
            _thread.Join();
        }

        // the bell is left to the collector: somebody may still ring it
    }

    internal void Post(IClusterWork work)
    {
        _inbox.Enqueue(work);
        if (_ended)
        {
            AbandonAll();
        }

        Wake();
    }

    private void Run()
    {
        IPeerHandler handler = _handler!;
        while (!_stopping)
        {
            _bell.WaitOne(_inbox.IsEmpty ? handler.HasWork ? s_busy : s_idle : TimeSpan.Zero);
            // with a full fence: who finds that it has rung already must find its work taken
            Interlocked.Exchange(ref _rung, 0);
            for (int i = 0; i < MostBetweenTicks && _inbox.TryDequeue(out IClusterWork? work); i++)
            {
                Run(work, handler);
            }

            Tick(handler);
        }

        // the fence makes sure that a poster sees the end or this thread sees what it posted
        _ended = true;
        Interlocked.MemoryBarrier();
        AbandonAll();
    }

    /// <summary>A bug that one message meets must not end all others.</summary>
    private void Run(IClusterWork work, IPeerHandler handler)
    {
        try
        {
            work.Run(handler);
        }
        catch (Exception error)
        {
            Tell(error);
            work.Abandon(error);
        }
    }

    private void Tick(IPeerHandler handler)
    {
        try
        {
            handler.Tick();
        }
        catch (Exception error)
        {
            Tell(error);
        }
    }

    /// <summary>Writes an error into the log, unless there were many: what goes wrong at every tick would fill it.</summary>
    internal void Tell(Exception error)
    {
        if (_failures.TryTake(out string more))
        {
            LogFailed(_logger, error, more);
        }
    }

    private void AbandonAll()
    {
        while (_inbox.TryDequeue(out IClusterWork? work))
        {
            work.Abandon(null);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The cluster's loop met an error and goes on{More}")]
    private static partial void LogFailed(ILogger logger, Exception error, string more);
}
