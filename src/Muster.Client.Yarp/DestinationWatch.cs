using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Muster.Client.Yarp;

/// <summary>
/// The destinations of a cluster at one moment, and a token that fires when they are others: not when an instance's tags
/// change, or a check's output. Fires once, and not sooner than a moment after it was made, so that a rolling restart is not
/// one reconfiguration of the proxy for each instance.
/// </summary>
internal sealed class DestinationWatch
{
    private static readonly TimeSpan LeastLife = TimeSpan.FromSeconds(0.5);

    private readonly DestinationSet _set;
    private readonly TimeProvider _time;
    private readonly Action<DestinationWatch> _ended;
    private readonly Func<Task> _fire;
    private readonly FrozenDictionary<string, DestinationConfig> _destinations;
    private readonly long _madeAt;
    private int _isFiring;

    public DestinationWatch(DestinationSet set, TimeProvider time, Action<DestinationWatch> ended)
    {
        _set = set;
        _time = time;
        _ended = ended;
        _madeAt = time.GetTimestamp();
        Dictionary<string, ServiceView> views = Views();
        _destinations = set.Resolve(views);
        var changed = new CancellationTokenSource();
        _fire = changed.CancelAsync;
        Resolved = new ResolvedDestinationCollection(_destinations, new CancellationChangeToken(changed.Token));
        foreach (ServiceHandle service in set.Services)
        {
            Follow(service, views[service.Name]);
        }
    }

    /// <summary>What the proxy is given.</summary>
    public ResolvedDestinationCollection Resolved { get; }

    /// <summary>True once the destinations are others.</summary>
    public bool HasEnded => Volatile.Read(ref _isFiring) != 0;

    private Dictionary<string, ServiceView> Views() =>
        _set.Services.ToDictionary(service => service.Name, service => service.View, StringComparer.OrdinalIgnoreCase);

    private void Follow(ServiceHandle service, ServiceView view) =>
        view.Superseded.UnsafeRegister(static state => ((Action)state!)(), (Action)(() => Look(service)));

    private void Look(ServiceHandle service)
    {
        if (HasEnded)
        {
            return;
        }

        Dictionary<string, ServiceView> views = Views();
        if (Same(_set.Resolve(views)))
        {
            Follow(service, views[service.Name]);
        }
        else if (Interlocked.Exchange(ref _isFiring, 1) == 0)
        {
            _ = FireAsync();
        }
    }

    private bool Same(FrozenDictionary<string, DestinationConfig> other) =>
        other.Count == _destinations.Count && other.All(one => _destinations.TryGetValue(one.Key, out DestinationConfig? config) && config.Equals(one.Value));

    private async Task FireAsync()
    {
        TimeSpan left = LeastLife - _time.GetElapsedTime(_madeAt);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time).ConfigureAwait(false);
        }

        _ended(this);
        await _fire().ConfigureAwait(false);
    }
}
