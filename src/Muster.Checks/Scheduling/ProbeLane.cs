namespace Muster.Checks.Scheduling;

/// <summary>Checks of one expected speed, with a limit on how many of them run at once.</summary>
internal sealed class ProbeLane(int maxRunning)
{
    public DueHeap Waiting { get; } = new();

    public int Running { get; set; }

    public bool IsFull => Running >= maxRunning;

    /// <summary>The earliest waiting slot, or null when there is none or the lane is full.</summary>
    public ProbeSlot? Next => IsFull ? null : Waiting.First;
}
