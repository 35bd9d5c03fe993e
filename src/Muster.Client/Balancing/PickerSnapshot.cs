namespace Muster.Client.Balancing;

/// <summary>What picks read: a picker and, for second attempts, all usable targets. Immutable; swapped as a whole.</summary>
/// <param name="picker">The picker.</param>
/// <param name="spills">Whether picks leave the process's zone (or region, if that is all it knows).</param>
/// <param name="usable">All usable targets: those the picker picks from first, nearest first, then the others.</param>
internal sealed class PickerSnapshot(TargetPicker picker, Target[] usable, bool spills)
{
    private const int Repicks = 3;

    /// <summary>Nothing to pick.</summary>
    public static PickerSnapshot Empty { get; } = new(new SinglePicker(null), [], spills: false);

    /// <summary>The picker, which does not look at what was tried.</summary>
    public TargetPicker Picker { get; } = picker;

    /// <summary>Whether picks leave the process's zone.</summary>
    public bool Spills => spills;

    /// <summary>All usable targets.</summary>
    public IReadOnlyList<Target> Usable => usable;

    /// <summary>Picks a target that was not tried yet; one that was when no other is left.</summary>
    public Target? PickUntried(in PickContext context)
    {
        Target? first = Picker.Pick(context);
        Target? picked = first;
        for (int i = 0; i < Repicks && WasTried(picked, context.Tried!); i++)
        {
            picked = Picker.Pick(context);
        }

        return WasTried(picked, context.Tried!) ? AnyUntried(context.Tried!) ?? first : picked;
    }

    private Target? AnyUntried(IReadOnlyList<Target> tried)
    {
        foreach (Target target in usable)
        {
            if (!WasTried(target, tried))
            {
                return target;
            }
        }

        return null;
    }

    private static bool WasTried(Target? target, IReadOnlyList<Target> tried)
    {
        for (int i = 0; i < tried.Count; i++)
        {
            if (ReferenceEquals(tried[i], target))
            {
                return true;
            }
        }

        return false;
    }
}
