namespace Muster.Simulation.Cluster;

/// <summary>The way from one server to another, for all connections between them. Faults may overlap: each takes back its own.</summary>
internal sealed class Path(int from, int to)
{
    private static readonly TimeSpan s_usualDelay = TimeSpan.FromMilliseconds(1);

    private TimeSpan _openUntil;
    private int _blocked;
    private int _impaired;

    public int From => from;

    public int To => to;

    /// <summary>Nothing passes; what was sent waits.</summary>
    public bool IsBlocked => _blocked > 0;

    /// <summary>Nothing is wrong with it.</summary>
    public bool IsHealthy => _blocked == 0 && _impaired == 0;

    /// <summary>Since when nothing has been wrong with it; meaningless while something is.</summary>
    public TimeSpan HealthySince { get; private set; }

    public TimeSpan Delay { get; set; } = s_usualDelay;

    /// <summary>0: no bound.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Of a hundred messages: lost, doubled or overtaken.</summary>
    public int Unruliness { get; set; }

    public void Block(TimeSpan now)
    {
        _openUntil = IsBlocked ? _openUntil : now;
        _blocked++;
    }

    public void Unblock(TimeSpan now)
    {
        _blocked--;
        HealthySince = now;
    }

    public void Impair(TimeSpan now)
    {
        _impaired++;
        HealthySince = now;
    }

    public void Mend(TimeSpan now)
    {
        HealthySince = now;
        if (--_impaired == 0)
        {
            Delay = s_usualDelay;
            BytesPerSecond = Unruliness = 0;
        }
    }

    /// <summary>Something short went wrong.</summary>
    public void Disturb(TimeSpan now) => HealthySince = now;

    /// <summary>Whether anything may have passed within a span before now.</summary>
    public bool WasOpenWithin(TimeSpan span, TimeSpan now) => !IsBlocked || now - _openUntil < span;
}
