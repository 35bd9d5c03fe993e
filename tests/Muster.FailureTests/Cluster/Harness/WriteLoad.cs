using System.Collections.Concurrent;
using System.Diagnostics;
using Muster.FailureTests.Processes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>
/// Registrations, changes and deregistrations at a fixed rate, whether they are answered or not, spread over servers. An
/// instance is written through one server only, and not while a write of it is under way, so that the order of its writes is known.
/// </summary>
internal sealed class WriteLoad : IAsyncDisposable
{
    private const int MostUnderWay = 256, Services = 20, MostProblems = 10;
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    private readonly IReadOnlyList<ServerProcess> _servers;
    private readonly Func<ServerProcess, bool> _isUsed;
    private readonly string _prefix;
    private readonly double _perSecond;
    private readonly WriteLog _log;
    private readonly Random _random;
    private readonly double _changes;
    private readonly ConcurrentDictionary<ServerProcess, ConcurrentQueue<Instance>> _settled = new();
    private readonly ConcurrentQueue<(long At, double Milliseconds)> _latencies = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _underWay;
    private int _unanswered;
    private int _skipped;
    private int _number;

    /// <param name="servers">Written to in turn.</param>
    /// <param name="prefix">Of the services' names.</param>
    /// <param name="perSecond">Writes a second over all servers.</param>
    /// <param name="log">Learns what was acknowledged.</param>
    /// <param name="changes">The share of writes that change or remove what is there.</param>
    /// <param name="isUsed">Whether a server is written to at present; null for always.</param>
    public WriteLoad(IReadOnlyList<ServerProcess> servers, string prefix, double perSecond, WriteLog log, double changes = 0.3, Func<ServerProcess, bool>? isUsed = null)
    {
        _servers = servers;
        _prefix = prefix;
        _perSecond = perSecond;
        _log = log;
        _changes = changes;
        _isUsed = isUsed ?? (_ => true);
        _random = new Random(prefix.Length);
        _loop = RunAsync();
    }

    /// <summary>How many writes got no answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>What became of the first of these.</summary>
    public string Problems => string.Join('\n', _problems);

    /// <summary>How many could not be begun, since too many were under way.</summary>
    public int Skipped => Volatile.Read(ref _skipped);

    /// <summary>How long writes took that were answered between two moments.</summary>
    public Quantiles Latencies(long from, long to) => Quantiles.Of(_latencies.Where(latency => latency.At >= from && latency.At <= to).Select(latency => latency.Milliseconds));

    /// <summary>Ends it when everything under way is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        while (Volatile.Read(ref _underWay) > 0)
        {
            await Task.Delay(5);
        }
    }

    private async Task RunAsync()
    {
        long began = Stopwatch.GetTimestamp(), done = 0;
        using var timer = new PeriodicTimer(s_step);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                for (long due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * _perSecond); done < due; done++)
                {
                    ServerProcess server = _servers[(int)(done % _servers.Count)];
                    if (!_isUsed(server))
                    {
                        continue;
                    }

                    if (Volatile.Read(ref _underWay) >= MostUnderWay)
                    {
                        Interlocked.Increment(ref _skipped);
                        continue;
                    }

                    Interlocked.Increment(ref _underWay);
                    _ = WriteAsync(server, _settled.GetOrAdd(server, _ => new ConcurrentQueue<Instance>()));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task WriteAsync(ServerProcess server, ConcurrentQueue<Instance> settled)
    {
        Instance? instance = null;
        bool isThere = _random.NextDouble() < _changes && settled.TryDequeue(out instance);
        bool removes = isThere && _random.Next(2) == 0;
        instance = instance is null ? New() : instance with { Port = instance.Port + 1 };
        long began = Stopwatch.GetTimestamp();
        try
        {
            bool isDone = removes ? await server.DeregisterAsync(instance.Id) : await server.RegisterAsync(instance);
            _latencies.Enqueue((Stopwatch.GetTimestamp(), Stopwatch.GetElapsedTime(began).TotalMilliseconds));
            if (!isDone)
            {
                throw new HttpRequestException("refused");
            }

            if (removes)
            {
                _log.Deregistered(instance.Id);
            }
            else
            {
                _log.Registered(instance.Id, instance.Port);
                settled.Enqueue(instance);
            }
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            _log.Unanswered(instance.Id);
            if (_problems.Count < MostProblems)
            {
                _problems.Enqueue($"{(removes ? "deregistration" : "registration")} of {instance.Id} at {server.Name} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s: {error.Message} {error.InnerException?.Message}");
            }

            Interlocked.Increment(ref _unanswered);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private Instance New()
    {
        int number = Interlocked.Increment(ref _number);
        return new Instance($"{_prefix}-{number % Services}", number) { Id = $"{_prefix}-{number}" };
    }
}
