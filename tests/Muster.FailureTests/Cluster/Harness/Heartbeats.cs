using System.Collections.Concurrent;
using System.Diagnostics;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>Keeps instances alive: renews each lease at the server that it was given to, at a phase of its own.</summary>
internal sealed class Heartbeats : IAsyncDisposable
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly IReadOnlyList<ServerProcess> _elsewhere;
    private readonly ConcurrentDictionary<string, Heart> _hearts = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile HashSet<string> _muted = [];
    private int _unknown;
    private int _unanswered;

    /// <param name="interval">Between two renewals of one instance.</param>
    /// <param name="elsewhere">Where instances go whose server does not answer; none: they go on trying.</param>
    public Heartbeats(TimeSpan interval, params IReadOnlyList<ServerProcess> elsewhere)
    {
        _interval = interval;
        _elsewhere = elsewhere;
        _loop = RunAsync();
    }

    /// <summary>How many renewals were answered with "unknown"; the instance registered again.</summary>
    public int Unknown => Volatile.Read(ref _unknown);

    /// <summary>How many renewals got no answer.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Begins to renew an instance that is registered.</summary>
    public void Add(ServerProcess server, Instance instance)
    {
        long now = Stopwatch.GetTimestamp();
        _hearts[instance.Id] = new Heart(server, instance)
        {
            Due = now + (long)(Random.Shared.NextDouble() * _interval.TotalSeconds * Stopwatch.Frequency),
            Sent = now,
            Answered = now,
        };
    }

    public async Task RegisterAsync(ServerProcess server, params IReadOnlyList<Instance> instances)
    {
        await server.RegisterManyAsync(instances);
        foreach (Instance instance in instances)
        {
            Add(server, instance);
        }
    }

    /// <summary>The instance dies without a word; when its last renewal was sent, and answered.</summary>
    public async Task<(long Sent, long Answered)> CrashAsync(string id)
    {
        Heart? heart;
        lock (_gate)
        {
            // not between the choice of who is due and the beat: there would be one more
            Assert.True(_hearts.TryRemove(id, out heart));
        }

        await heart.Beat;
        return (heart.Sent, heart.Answered);
    }

    /// <summary>These live on, but nobody hears them, until there are others here.</summary>
    public void Mute(params IEnumerable<string> ids) => _muted = ids.ToHashSet();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(s_step);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                lock (_gate)
                {
                    BeatWhatIsDue();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private void BeatWhatIsDue()
    {
        long now = Stopwatch.GetTimestamp();
        foreach (IGrouping<ServerProcess, Heart> due in _hearts.Values.Where(heart => heart.Due <= now && heart.Beat.IsCompleted && !_muted.Contains(heart.Instance.Id)).GroupBy(heart => heart.Server))
        {
            Heart[] hearts = [.. due];
            Task beat = BeatAsync(due.Key, hearts);
            Array.ForEach(hearts, heart => heart.Beat = beat);
        }
    }

    private async Task BeatAsync(ServerProcess server, Heart[] hearts)
    {
        long sent = Stopwatch.GetTimestamp();
        foreach (Heart heart in hearts)
        {
            heart.Due += (long)(_interval.TotalSeconds * Stopwatch.Frequency);
        }

        try
        {
            HashSet<string> unknown = [.. await server.RenewAsync(hearts.Select(heart => heart.Instance.Id))];
            long answered = Stopwatch.GetTimestamp();
            foreach (Heart heart in hearts)
            {
                (heart.Sent, heart.Answered) = (sent, answered);
                if (unknown.Contains(heart.Instance.Id))
                {
                    Interlocked.Increment(ref _unknown);
                    await server.RegisterAsync(heart.Instance);
                }
            }
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Add(ref _unanswered, hearts.Length);
            foreach (Heart heart in hearts)
            {
                MoveOn(heart);
            }
        }
    }

    private void MoveOn(Heart heart)
    {
        if (_elsewhere.Count > 0)
        {
            heart.Server = _elsewhere[(_elsewhere.ToList().IndexOf(heart.Server) + 1) % _elsewhere.Count];
            heart.Due = Stopwatch.GetTimestamp();
        }
    }

    private sealed class Heart(ServerProcess server, Instance instance)
    {
        private volatile Task _beat = Task.CompletedTask;

        /// <summary>The renewal that is under way, or the last one.</summary>
        public Task Beat
        {
            get => _beat;
            set => _beat = value;
        }

        public ServerProcess Server { get; set; } = server;

        public Instance Instance { get; } = instance;

        public long Due { get; set; }

        public long Sent { get; set; }

        public long Answered { get; set; }
    }
}
