using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Balancing;

/// <summary>
/// Servers that serve one call after another, each at its own speed, and calls that come at random and go where the
/// balancer says. In virtual time; the same for the same seed.
/// </summary>
internal sealed class QueueSimulation(Fleet fleet, IReadOnlyList<double> serviceSeconds, double callsPerSecond, int seed = 5)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(Target Target, long Started), double> _ends = new();
    private readonly double[] _freeAt = new double[serviceSeconds.Count];
    private double _now;

    /// <summary>The part of all calls that fails, on any server alike.</summary>
    public double FailureRate { get; init; }

    /// <summary>How often each server was called.</summary>
    public int[] Calls { get; } = new int[serviceSeconds.Count];

    /// <summary>How long the calls took, sorted.</summary>
    public List<double> Latencies { get; } = [];

    public double Percentile(double part) => Latencies[(int)(part * (Latencies.Count - 1))];

    public QueueSimulation Run(int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            double arrival = _now - (Math.Log(1 - _random.NextDouble()) / callsPerSecond);
            EndUntil(arrival);
            Begin();
        }

        EndUntil(double.MaxValue);
        Latencies.Sort();
        return this;
    }

    private void Begin()
    {
        Target target = fleet.Balancer.Pick()!;
        int server = target.Instance.Port - 1_000;
        Calls[server]++;
        target.Enter();
        double service = -Math.Log(1 - _random.NextDouble()) * serviceSeconds[server];
        _freeAt[server] = Math.Max(_freeAt[server], _now) + service;
        Latencies.Add(_freeAt[server] - _now);
        _ends.Enqueue((target, fleet.Time.GetTimestamp()), _freeAt[server]);
    }

    private void EndUntil(double time)
    {
        while (_ends.TryPeek(out var call, out double end) && end <= time)
        {
            _ends.Dequeue();
            AdvanceTo(end);
            call.Target.Leave(FailureRate > 0 && _random.NextDouble() < FailureRate ? CallResult.ServerError : CallResult.Success, call.Started, fleet.Time.GetTimestamp());
        }

        AdvanceTo(time == double.MaxValue ? _now : time);
    }

    private void AdvanceTo(double time)
    {
        _now = time;
        TimeSpan ahead = TimeSpan.FromSeconds(time) - fleet.Time.Now;
        if (ahead > TimeSpan.Zero)
        {
            fleet.Time.Advance(ahead);
        }
    }
}
