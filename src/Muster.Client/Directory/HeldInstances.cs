using System.Collections.Immutable;

namespace Muster.Client.Directory;

/// <summary>
/// The instances that are kept although the registry no longer lists them: which losses are too large to be believed at once,
/// and when enough answers over enough time agree on them. Not thread-safe.
/// </summary>
/// <param name="evidence">What must agree on a loss.</param>
/// <param name="most">How many are kept at most: registries that tell another list each time must not fill the memory.</param>
internal sealed class HeldInstances(EvidenceOptions evidence, int most)
{
    private readonly InstanceList _list = new();
    private readonly Dictionary<InstanceKey, Doubt> _doubts = [];
    private long _answers;
    private TimeSpan _erodingSince;
    private int _eroded;

    public int Count => _list.Count;

    public InstanceList List => _list;

    /// <summary>The kept instance with the key, or null.</summary>
    public ServiceInstance? Find(InstanceKey key) => _list.Find(key);

    /// <summary>Whether a loss without evidence is one to doubt. One that is not counts towards the next.</summary>
    /// <param name="lost">How many are lost without evidence.</param>
    /// <param name="left">How many the registry still lists.</param>
    /// <param name="view">What was known before.</param>
    /// <param name="now">The present.</param>
    public bool IsDoubtful(int lost, int left, ServiceView view, TimeSpan now)
    {
        if (left == 0 || Count > 0)
        {
            return true;
        }

        if (view.Source == ViewSource.Disk)
        {
            // a list from disk is old: any list of the registry but an empty one is better
            return false;
        }

        if (_eroded == 0 || now - _erodingSince >= evidence.Period)
        {
            (_erodingSince, _eroded) = (now, 0);
        }

        // small losses that follow each other are a large one
        if (lost + _eroded > evidence.MaxUnexplainedLoss * (view.Instances.Length + _eroded))
        {
            return true;
        }

        _eroded += lost;
        return false;
    }

    /// <summary>Keeps these, each with a time and confirmations of its own: those that were lost later are kept as long.</summary>
    public void Keep(IReadOnlyList<ServiceInstance> lost, TimeSpan now)
    {
        foreach (ServiceInstance instance in lost)
        {
            if (Count == most)
            {
                return;
            }

            _list.Set(instance);
            _doubts.TryAdd(InstanceKey.Of(instance), new Doubt(now, _answers));
        }
    }

    /// <summary>Keeps these and no others.</summary>
    public void KeepOnly(IReadOnlyList<ServiceInstance> lost, TimeSpan now)
    {
        _list.Clear();
        Keep(lost, now);
        foreach (InstanceKey key in _doubts.Keys)
        {
            if (_list.Find(key) is null)
            {
                _doubts.Remove(key);
            }
        }
    }

    /// <summary>It is there again, or its end is explained.</summary>
    public ServiceInstance? Remove(InstanceKey key)
    {
        _doubts.Remove(key);
        return _list.Remove(key);
    }

    /// <summary>The registry said, or repeated, what it lists. Returns those that are given up with that.</summary>
    public ImmutableArray<ServiceInstance> TakeAnswer(TimeSpan now)
    {
        _answers++;
        if (Count == 0)
        {
            return [];
        }

        var released = new List<ServiceInstance>();
        foreach ((InstanceKey key, Doubt doubt) in _doubts)
        {
            if (_answers - doubt.Answers >= evidence.Confirmations && now - doubt.Since >= evidence.Period && Remove(key) is { } gone)
            {
                released.Add(gone);
            }
        }

        return [.. released];
    }

    private readonly record struct Doubt(TimeSpan Since, long Answers);
}
