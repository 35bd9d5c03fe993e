namespace Muster.Client.Balancing;

/// <summary>The targets of one service and the policy that picks among them.</summary>
/// <remarks>Views arrive one at a time; picks come from any thread and read one immutable array.</remarks>
internal sealed class Balancer(Random random)
{
    private volatile Target[] _targets = [];
    private uint _next = (uint)random.Next();

    /// <summary>All targets of the present view.</summary>
    public IReadOnlyList<Target> Targets => _targets;

    /// <summary>Takes a new view: targets that stay keep their identity.</summary>
    public void Update(ServiceView view)
    {
        var before = _targets.ToDictionary(target => (target.Instance.Node, target.Instance.Id, target.Instance.Address, target.Instance.Port));
        _targets = [.. view.Instances.Select(instance =>
        {
            if (!before.TryGetValue((instance.Node, instance.Id, instance.Address, instance.Port), out Target? target))
            {
                return new Target(instance);
            }

            target.Describe(instance);
            return target;
        })];
    }

    /// <summary>Builds the picker anew because the availability of a target changed.</summary>
    public void Refresh()
    {
    }

    /// <summary>Picks a target; null when there is none.</summary>
    public Target? Pick(in PickContext context)
    {
        Target[] targets = _targets;
        return targets.Length == 0 ? null : targets[Interlocked.Increment(ref _next) % (uint)targets.Length];
    }
}
