using System.Diagnostics.CodeAnalysis;
using Muster.Model;

namespace Muster.Checks.Scheduling;

/// <summary>One run of one check, with the definition it started from.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source holds no timer and no other token's registration: nothing to free.")]
internal sealed class ProbeRun(ProbeSlot slot, ProbeLane lane)
{
    private readonly CancellationTokenSource _abandoned = new();

    public ProbeSlot Slot { get; } = slot;

    /// <summary>Whose place it holds. Guarded by the scheduler's lock.</summary>
    public ProbeLane Lane { get; set; } = lane;

    /// <summary>It has ended. Guarded by the scheduler's lock.</summary>
    public bool HasEnded { get; set; }

    public CheckKey Key => Slot.Key;

    public CheckDefinition Definition { get; } = slot.Definition;

    public ProbeContext Context { get; } = slot.Context;

    public TimeSpan Due { get; } = slot.Due;

    /// <summary>Its time-out may be forgiven; not so when the one before was.</summary>
    public bool MayBeExcused { get; } = !slot.WasExcused;

    /// <summary>The check was removed or replaced meanwhile: nobody wants the result. Guarded by the scheduler's lock.</summary>
    public bool IsSuperseded { get; set; }

    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Ends the run early, on a pool thread: the caller may hold a lock and has no time for the probe's clean-up.</summary>
    public void Abandon() => _ = _abandoned.CancelAsync();
}
