namespace Muster.Checks.Scheduling;

/// <summary>Checks of one expected speed, with a limit on how many of them run at once.</summary>
internal sealed class ProbeLane(int maxRunning)
{
    public DueHeap Waiting { get; } = new();

    public int Running { get; set; }

    /// <summary>The earliest waiting slot, or null when there is none or the lane is full.</summary>
    public ProbeSlot? Next => Running < maxRunning ? Waiting.First : null;
}
