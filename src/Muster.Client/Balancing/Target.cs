using Muster.Client.PassiveHealth;

namespace Muster.Client.Balancing;

/// <summary>
/// An instance as this process sees it: what the registry says of it, and how calls to it went. It lives as long as the
/// instance keeps node, id, address and port, so counts and ejections survive a new list. Thread-safe.
/// </summary>
public sealed partial class Target
{
    private readonly PeakEwma _latency = new();
    private volatile ServiceInstance _instance;
    private int _outstanding;

    internal Target(ServiceInstance instance, Balancer owner)
    {
        _instance = instance;
        Owner = owner;
    }

    /// <summary>What the registry says now.</summary>
    public ServiceInstance Instance => _instance;

    /// <summary>Calls that have begun and not ended yet.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>The balancer it belongs to: its clock, its settings, and what is refreshed when it is ejected or returns.</summary>
    internal Balancer Owner { get; }

    /// <summary>When slow start began for it (a timestamp of the owner's clock); null when it was there from the first view on. Read and written under the balancer's lock.</summary>
    internal long? RampSince { get; set; }

    /// <summary>The latency that policies reckon with.</summary>
    internal PeakEwma Latency => _latency;

    /// <summary>Takes the registry's newer description.</summary>
    internal void Describe(ServiceInstance instance) => _instance = instance;

    /// <summary>A call begins.</summary>
    internal void Enter() => Interlocked.Increment(ref _outstanding);

    /// <summary>A call has ended. Once for each <see cref="Enter"/>.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="started">The owner's timestamp when it began.</param>
    /// <param name="ended">The owner's timestamp now.</param>
    internal void Leave(CallResult result, long started, long ended)
    {
        Interlocked.Decrement(ref _outstanding);
        uint now = Owner.CallEnded(ended);
        if (result != CallResult.Abandoned)
        {
            _latency.Observe(Owner.Time.GetElapsedTime(started, ended), failed: result != CallResult.Success, now);
        }
    }
}
