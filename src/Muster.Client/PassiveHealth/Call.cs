using Muster.Client.Balancing;

namespace Muster.Client.PassiveHealth;

/// <summary>
/// One call to a target, from <see cref="Target.Begin"/> to its outcome. Keep it in one variable and complete it once: what
/// is reported decides whether the target stays in use, and how policies that look at load and latency see it.
/// </summary>
public struct Call
{
    private readonly long _started;
    private Target? _target;

    internal Call(Target target, long started)
    {
        _target = target;
        _started = started;
    }

    /// <summary>The target that is called; null once the call is complete.</summary>
    public readonly Target? Target => _target;

    /// <summary>The time since it began; zero once it is complete.</summary>
    public readonly TimeSpan Elapsed => _target?.Owner.Time.GetElapsedTime(_started) ?? TimeSpan.Zero;

    /// <summary>Reports how the call ended. Only the first report counts.</summary>
    public void Complete(CallResult result)
    {
        Target? target = _target;
        if (target is null)
        {
            return;
        }

        _target = null;
        target.End(result, _started);
    }

    /// <summary>The answer has begun, and its rest takes a time of its own: whoever reads it completes the call.</summary>
    internal StreamedCall Respond()
    {
        Target target = _target!;
        _target = null;
        return new StreamedCall(target, _started, target.Owner.Time.GetTimestamp());
    }
}
