using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>The instances of one service, present or absent: what health and catalog reads of it show, outputs left out.</summary>
/// <remarks>Snapshots and instances do not change, so what was read of one is not read again until <see cref="Forget"/>.</remarks>
internal sealed class ServiceInstancesView(string service) : View("service " + service)
{
    private List<(Instance Instance, int Content)> _known = [];
    private List<(Instance Instance, int Content)> _next = [];
    private ServiceSnapshot? _snapshot;
    private int _content;

    public override bool IsExact => true;

    public override bool TryRead(Catalog.Catalog catalog, out long index, out int content)
    {
        ServiceView view = catalog.ViewService(service);
        index = view.Index;
        if (view.Snapshot is null)
        {
            content = default(HashCode).ToHashCode();
            return true;
        }

        if (!ReferenceEquals(view.Snapshot, _snapshot))
        {
            _content = Read(view.Snapshot);
            _snapshot = view.Snapshot;
        }

        content = _content;
        return true;
    }

    public override WatchPoint? PointOf(Catalog.Catalog catalog) => catalog.ServicePoint(service);

    public override void Forget()
    {
        _snapshot = null;
        _known.Clear();
    }

    private int Read(ServiceSnapshot snapshot)
    {
        var hash = new HashCode();
        _next.Clear();
        int at = 0;
        foreach (Instance instance in snapshot.Instances)
        {
            int content = TryFind(instance, ref at, out int known) ? known : ContentOf(instance);
            _next.Add((instance, content));
            hash.Add(content);
        }

        (_known, _next) = (_next, _known);
        return hash.ToHashCode();
    }

    /// <summary>Looks where it was the last time, one was put in or taken out at most.</summary>
    private bool TryFind(Instance instance, ref int at, out int content)
    {
        for (int next = at; next < _known.Count && next <= at + 1; next++)
        {
            if (ReferenceEquals(_known[next].Instance, instance))
            {
                content = _known[next].Content;
                at = next + 1;
                return true;
            }
        }

        content = 0;
        return false;
    }

    private static int ContentOf(Instance instance)
    {
        var hash = new HashCode();
        hash.AddBytes(instance.Data.Packed);
        Add(ref hash, instance.Node);
        Add(ref hash, instance.Checks);
        return hash.ToHashCode();
    }
}
