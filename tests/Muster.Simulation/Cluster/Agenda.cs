namespace Muster.Simulation.Cluster;

/// <summary>The world's time, and what is to happen in it: in the order of time, and of planning where times are equal.</summary>
internal sealed class Agenda
{
    private const int OrderBits = 28;

    /// <summary>By time and, in the lower bits, the order of planning: one number compares faster than two.</summary>
    private readonly PriorityQueue<Action, long> _plans = new();
    private long _order;

    /// <summary>Time since the world began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How much has happened.</summary>
    public long Steps { get; private set; }

    public void At(TimeSpan when, Action what) =>
        _plans.Enqueue(what, ((when < Now ? Now.Ticks : when.Ticks) << OrderBits) | ++_order);

    public void In(TimeSpan wait, Action what) => At(Now + wait, what);

    public void InSeconds(double seconds, Action what) => At(Now + TimeSpan.FromSeconds(seconds), what);

    /// <summary>Lets everything happen that is planned until <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_plans.TryPeek(out Action? what, out long when) && when >> OrderBits <= end.Ticks)
        {
            _plans.Dequeue();
            Now = TimeSpan.FromTicks(when >> OrderBits);
            Steps++;
            what();
        }

        Now = end;
    }
}
