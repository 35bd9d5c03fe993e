namespace Muster.Checks.Scheduling;

/// <summary>
/// How well this process itself does, from 0 (well) to <see cref="MaxScore"/>: what looks like a slow target is often a
/// starved checker. Each sample is how late something happened that depends on nobody else; while the score is up,
/// timeouts are stretched. After the local health awareness of Lifeguard (arXiv:1707.00788). Thread-safe.
/// </summary>
internal sealed class LocalHealth
{
    public const int MaxScore = 8;

    /// <summary>So many good samples in a row make up for a bad one: a starved process has its good moments.</summary>
    public const int GoodSamplesPerStep = 4;

    /// <summary>
    /// Later than this, a process is not getting its share of the machine. Below the 100 ms for which the kernel's
    /// quotas stop a process at a time.
    /// </summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(50);

    /// <summary>Later than this, it stood still.</summary>
    public static readonly TimeSpan VeryLate = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private int _score;
    private int _goodInARow;

    public int Score => Volatile.Read(ref _score);

    /// <summary>Takes one sample: how late its own moment was.</summary>
    public void Sample(TimeSpan lateness)
    {
        lock (_gate)
        {
            _goodInARow = lateness < Late ? _goodInARow + 1 : 0;
            int change = lateness >= VeryLate ? 2 : lateness >= Late ? 1 : _goodInARow % GoodSamplesPerStep == 0 ? -1 : 0;
            _score = Math.Clamp(_score + change, 0, MaxScore);
        }
    }

    /// <summary>How long a run may take now: up to nine times its timeout.</summary>
    public TimeSpan Stretch(TimeSpan timeout) => timeout * (1 + Score);
}
