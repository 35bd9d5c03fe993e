using Muster.Catalog;

namespace Muster.Cluster.Streams;

/// <summary>
/// Collects the keys of what changes on this server until the cluster's next tick. Filled under the catalog's lock, from
/// whichever thread writes.
/// </summary>
internal sealed class LocalChanges(IClusterWake wake, int most) : IReplicationSink
{
    private readonly Lock _gate = new();
    private List<ulong> _filling = [];
    private List<ulong> _taken = [];
    private bool _overflowed;

    /// <summary>True when there is something to take. May be a moment late.</summary>
    internal bool Any { get; private set; }

    /// <inheritdoc />
    public void OnLocalChange(ulong key)
    {
        bool first;
        lock (_gate)
        {
            first = _filling.Count == 0;
            if (_filling.Count < most)
            {
                _filling.Add(key);
            }
            else
            {
                _overflowed = true;
            }

            Any = true;
        }

        if (first)
        {
            wake.Wake();
        }
    }

    /// <summary>
    /// Takes what there is; the list is good until the next call. <paramref name="overflowed"/> says that there was more.
    /// </summary>
    internal List<ulong> Take(out bool overflowed)
    {
        lock (_gate)
        {
            (_filling, _taken) = (_taken, _filling);
            _filling.Clear();
            overflowed = _overflowed;
            _overflowed = false;
            Any = false;
            return _taken;
        }
    }
}
