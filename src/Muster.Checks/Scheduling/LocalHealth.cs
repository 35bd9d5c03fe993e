namespace Muster.Checks.Scheduling;

/// <summary>
/// How well this process itself does, from 0 (well) to <see cref="MaxScore"/>: what looks like a slow target is often a
/// starved checker. Each sample is how late something happened that depends on nobody else; while the score is up,
/// timeouts are stretched. After the local health awareness of Lifeguard (arXiv:1707.00788). Thread-safe.
/// </summary>
internal sealed class LocalHealth
{
    public const int MaxScore = 4;

    /// <summary>Later than this, a process is not getting its share of the machine.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    /// <summary>Later than this, it stood still.</summary>
    public static readonly TimeSpan VeryLate = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private int _score;

    public int Score => Volatile.Read(ref _score);

    /// <summary>Takes one sample. A single good one takes back a single bad one.</summary>
    public void Sample(TimeSpan lateness)
    {
        int change = lateness >= VeryLate ? 2 : lateness >= Late ? 1 : -1;
        lock (_gate)
        {
            _score = Math.Clamp(_score + change, 0, MaxScore);
        }
    }

    /// <summary>How long a run may take now: up to five times its timeout.</summary>
    public TimeSpan Stretch(TimeSpan timeout) => timeout * (1 + Score);
}
