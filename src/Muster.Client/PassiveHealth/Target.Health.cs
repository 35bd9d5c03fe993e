using Muster.Client.PassiveHealth;

namespace Muster.Client.Balancing;

/// <content>Calls, and what they show of the target's health.</content>
public sealed partial class Target
{
    internal TargetHealth Health { get; } = new();

    /// <summary>Begins a call to the target. Report its outcome with <see cref="Call.Complete"/>.</summary>
    public Call Begin()
    {
        Enter();
        return new Call(this, Owner.Time.GetTimestamp());
    }

    /// <summary>A call has ended; its latency is the time until <paramref name="responded"/>, or until now.</summary>
    internal void End(CallResult result, long started, long? responded = null)
    {
        long ended = Owner.Time.GetTimestamp();
        Leave(result, started, responded ?? ended);
        Owner.Availability.Observe(this, result, started, ended);
    }
}
