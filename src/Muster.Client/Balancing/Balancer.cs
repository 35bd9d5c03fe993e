namespace Muster.Client.Balancing;

/// <summary>The targets of one service and the policy that picks among them.</summary>
/// <remarks>
/// Views arrive one at a time, refreshes from any thread; picks come from any thread, read one immutable snapshot, take no
/// lock and allocate nothing.
/// </remarks>
internal sealed class Balancer : IDisposable
{
    private static readonly PickContext s_nothingSpecial = new(0, null);

    private readonly Lock _rebuilding = new();
    private readonly PickerBuilder _builder;
    private readonly double _millisPerTick;
    private volatile PickerSnapshot _snapshot = PickerSnapshot.Empty;
    private Target[] _targets = [];
    private bool _sawFirstView;
    private ITimer? _rampTimer;
    private uint _lastCallMillis;
    private bool _isDisposed;

    public Balancer(BalancerSettings settings)
    {
        Time = settings.Time;
        Availability = settings.Availability;
        _builder = new PickerBuilder(settings);
        _millisPerTick = 1000.0 / settings.Time.TimestampFrequency;
    }

    public TimeProvider Time { get; }

    /// <summary>Judges which targets may be picked, and hears how their calls went.</summary>
    public ITargetAvailability Availability { get; }

    /// <summary>All targets of the present view, also those that are not picked.</summary>
    public IReadOnlyList<Target> Targets => Volatile.Read(ref _targets);

    /// <summary>The targets that may be picked now.</summary>
    public IReadOnlyList<Target> Usable => _snapshot.Usable;

    /// <summary>Whether picks leave the process's zone now.</summary>
    public bool Spills => _snapshot.Spills;

    /// <summary>A timestamp in milliseconds, as latencies are stamped; wraps.</summary>
    public uint Millis(long timestamp) => (uint)(ulong)(timestamp * _millisPerTick);

    /// <summary>When a call to any target ended last, in <see cref="Millis"/>.</summary>
    public uint LastCallMillis => Volatile.Read(ref _lastCallMillis);

    /// <summary>Picks a target; null when there is none.</summary>
    public Target? Pick() => _snapshot.Picker.Pick(in s_nothingSpecial);

    /// <summary>Picks a target for a key or after failed attempts; null when there is none.</summary>
    public Target? Pick(in PickContext context) => context.Tried is null ? _snapshot.Picker.Pick(context) : _snapshot.PickUntried(context);

    /// <summary>Takes a new view: targets that stay keep their identity.</summary>
    public void Update(ServiceView view)
    {
        lock (_rebuilding)
        {
            var before = new Dictionary<(string, string, string, int), Target>(_targets.Length);
            foreach (Target target in _targets)
            {
                before[Identity(target.Instance)] = target;
            }

            var targets = new Target[view.Instances.Length];
            for (int i = 0; i < targets.Length; i++)
            {
                ServiceInstance instance = view.Instances[i];
                targets[i] = before.TryGetValue(Identity(instance), out Target? target) ? Described(target, instance) : Added(instance);
            }

            _sawFirstView |= view.IsKnown;
            Volatile.Write(ref _targets, targets);
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

    /// <summary>Notes that a call ended, and returns when.</summary>
    public uint CallEnded(long timestamp)
    {
        uint millis = Millis(timestamp);
        if (_lastCallMillis != millis)
        {
            // a write takes the cache line from every picking thread
            Volatile.Write(ref _lastCallMillis, millis);
        }

        return millis;
    }

    public void Dispose()
    {
        lock (_rebuilding)
        {
            _isDisposed = true;
            _rampTimer?.Dispose();
            _rampTimer = null;
        }
    }

    /// <summary>Who was there when this process came is not new, only not known before.</summary>
    private Target Added(ServiceInstance instance) =>
        new(instance, this) { RampSince = _sawFirstView && instance.State == InstanceState.Up ? Time.GetTimestamp() : null };

    private Target Described(Target target, ServiceInstance instance)
    {
        bool isReadyNow = target.Instance.State == InstanceState.Starting && instance.State == InstanceState.Up;
        if (isReadyNow || target.Instance.Epoch != instance.Epoch)
        {
            target.RampSince = Time.GetTimestamp();
        }

        target.Describe(instance);
        return target;
    }

    private static (string Node, string Id, string Address, int Port) Identity(ServiceInstance instance) =>
        (instance.Node, instance.Id, instance.Address, instance.Port);

    private void Rebuild_NeedsLock()
    {
        _snapshot = _builder.Build(_targets);
        if (_builder.AnyRamping && !_isDisposed)
        {
            _rampTimer ??= Time.CreateTimer(static balancer => ((Balancer)balancer!).Refresh(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _rampTimer.Change(_builder.RampStep, Timeout.InfiniteTimeSpan);
        }
    }
}
