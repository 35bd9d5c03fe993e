namespace Muster.Client.Balancing;

/// <summary>Picks among a fixed set of targets. Immutable but for counters; called from any thread, and must not wait or allocate.</summary>
public abstract class TargetPicker
{
    /// <summary>A target to call now.</summary>
    /// <remarks>
    /// A picker may leave <see cref="PickContext.Tried"/> alone: a tried target is then exchanged for another one after it.
    /// Null means that there is no target; a picker of a policy always has one.
    /// </remarks>
    public abstract Target? Pick(in PickContext context);
}
