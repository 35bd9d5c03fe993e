using Muster.Model;

namespace Muster.Checks.Scheduling;

/// <summary>One check in the schedule: it either waits in its lane's heap or runs, never both. Guarded by the scheduler's lock.</summary>
internal sealed class ProbeSlot(CheckKey key, CheckDefinition definition, ProbeContext context)
{
    public CheckKey Key { get; } = key;

    public CheckDefinition Definition { get; set; } = definition;

    public ProbeContext Context { get; set; } = context;

    /// <summary>When the next run should start.</summary>
    public TimeSpan Due { get; set; }

    /// <summary>The run in progress, if any.</summary>
    public ProbeRun? Run { get; set; }

    /// <summary>How long the next run will probably take, which decides its lane.</summary>
    public ProbeSpeed Speed { get; set; }

    /// <summary>The first run comes sooner than the check's place within its interval; the second puts it there.</summary>
    public bool IsEarly { get; set; }

    /// <summary>When the last run ended; long ago for a check that has not run.</summary>
    public TimeSpan Ended { get; set; } = TimeSpan.MinValue;

    /// <summary>Removed while it ran; the slot stays until the run has ended, so that a new one cannot overlap it.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>The last run was thrown away because this process had stopped, so the next one counts in any case.</summary>
    public bool WasExcused { get; set; }

    /// <summary>The slot's place in its heap, -1 outside.</summary>
    public int HeapIndex { get; set; } = -1;
}
