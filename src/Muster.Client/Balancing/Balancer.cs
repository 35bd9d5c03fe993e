namespace Muster.Client.Balancing;

/// <summary>The targets of one service and the policy that picks among them.</summary>
/// <remarks>Views arrive one at a time, refreshes from any thread; picks come from any thread and read one immutable array.</remarks>
internal sealed class Balancer
{
    private readonly Lock _rebuilding = new();
    private readonly BalancerSettings _settings;
    private readonly double _millisPerTick;
    private Target[] _targets = [];
    private bool _sawFirstView;
    private volatile bool _hasTrials;
    private volatile Target[] _usable = [];
    private uint _next;

    public Balancer(BalancerSettings settings)
    {
        _settings = settings;
        _next = (uint)settings.Random.Next();
        _millisPerTick = 1000.0 / settings.Time.TimestampFrequency;
    }

    public TimeProvider Time => _settings.Time;

    /// <summary>Judges which targets may be picked, and hears how their calls went.</summary>
    public ITargetAvailability Availability => _settings.Availability;

    /// <summary>All targets of the present view, also those that are not picked.</summary>
    public IReadOnlyList<Target> Targets => Volatile.Read(ref _targets);

    /// <summary>A timestamp in milliseconds, as latencies are stamped; wraps.</summary>
    public uint Millis(long timestamp) => (uint)(ulong)(timestamp * _millisPerTick);

    /// <summary>Takes a new view: targets that stay keep their identity.</summary>
    public void Update(ServiceView view)
    {
        lock (_rebuilding)
        {
            long? rampSince = _sawFirstView ? Time.GetTimestamp() : null;
            _sawFirstView |= view.IsKnown;
            var before = _targets.ToDictionary(target => Identity(target.Instance));
            Volatile.Write(ref _targets, [.. view.Instances.Select(instance =>
            {
                if (!before.TryGetValue(Identity(instance), out Target? target))
                {
                    return new Target(instance, this) { RampSince = rampSince };
                }

                target.Describe(instance);
                return target;
            })]);
            Rebuild_NeedsLock();
        }
    }

    /// <summary>Builds the picker anew because the availability of a target changed.</summary>
    public void Refresh()
    {
        lock (_rebuilding)
        {
            Rebuild_NeedsLock();
        }
    }

    /// <summary>Picks a target; null when there is none.</summary>
    public Target? Pick(in PickContext context)
    {
        if (_hasTrials && Availability.TakeTrial(context) is { } trial)
        {
            return trial;
        }

        Target[] targets = _usable;
        return targets.Length == 0 ? null : targets[Interlocked.Increment(ref _next) % (uint)targets.Length];
    }

    private static (string Node, string Id, string Address, int Port) Identity(ServiceInstance instance) =>
        (instance.Node, instance.Id, instance.Address, instance.Port);

    private void Rebuild_NeedsLock()
    {
        var usable = new bool[_targets.Length];
        Availability.Judge(_targets, usable);
        _hasTrials = Availability.HasTrials;
        _usable = [.. _targets.Where((_, i) => usable[i])];
    }
}
