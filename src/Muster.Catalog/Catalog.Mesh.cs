using System.Collections.Concurrent;
using System.Text;
using Muster.Model;

namespace Muster.Catalog;

// Who accepts mesh traffic for a service: its proxies, under whatever service name they are registered, and its own
// instances that need none. A snapshot for each such service, kept beside those of the services themselves; an instance
// that has nothing to do with the mesh is looked at once and costs nothing.
public sealed partial class Catalog
{
    private static readonly byte[] ProxyKind = Encoding.UTF8.GetBytes(ProxyDefinition.Kind);
    private static readonly byte[] SidecarSuffix = Encoding.UTF8.GetBytes(ProxyDefinition.SidecarSuffix);

    private readonly ConcurrentDictionary<string, MeshEntry> _mesh = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Moves when the first proxy of a service appears or its last one goes: where to wait for a service that has none.</summary>
    public WatchPoint MeshPoint { get; }

    /// <summary>The proxies and mesh-native instances of a service, and the index that belongs to them.</summary>
    public ServiceView ViewMesh(ReadOnlySpan<char> service)
    {
        while (true)
        {
            long absent = MeshPoint.Index;
            if (FindMesh(service) is { } entry)
            {
                ServiceSnapshot snapshot = entry.Current;
                return new ServiceView(snapshot, snapshot.Index);
            }

            // Nothing there: the index belongs to that only if nothing came or went while it was read.
            if (MeshPoint.Index == absent)
            {
                return new ServiceView(null, absent);
            }
        }
    }

    /// <summary>Where to wait for <see cref="ViewMesh"/> to change.</summary>
    public WatchPoint MeshPointOf(ReadOnlySpan<char> service) => FindMesh(service)?.Point ?? MeshPoint;

    private MeshEntry? FindMesh(ReadOnlySpan<char> service) =>
        _mesh.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(service, out MeshEntry? entry) ? entry : null;

    /// <summary>The service that an instance accepts mesh traffic for; null for most.</summary>
    private static string? MeshServiceOf(Instance? instance) =>
        instance is null ? null
        : instance.Data.HasProxy && instance.Data.Kind.SequenceEqual(ProxyKind) ? Encoding.UTF8.GetString(instance.Data.Proxy.Destination)
        : instance.Data.IsMeshNative ? instance.Data.Service
        : null;

    private void PublishMesh(Instance? before, Instance? after, long index, bool wake)
    {
        string? left = MeshServiceOf(before), entered = MeshServiceOf(after);
        if (left is not null && !left.Equals(entered, StringComparison.OrdinalIgnoreCase) && !IsInMeshOf(left, before!))
        {
            ReplaceMesh(left, before!, null, index, wake);
        }

        if (entered is not null)
        {
            ReplaceMesh(entered, after!, after, index, wake);
        }
    }

    /// <summary>
    /// One of several changes of a command, for the mesh under an index of its own: two proxies of one service on one node
    /// make two snapshots, and a reader of the first must not take it for the second.
    /// </summary>
    private void PublishMeshAlone(Instance before, Instance? after)
    {
        if (MeshServiceOf(before) is not null)
        {
            PublishMesh(before, after, ++_index, wake: true);
        }
    }

    /// <summary>True when there is an instance with this one's key that belongs there: it moved to another service, and entered before it left.</summary>
    private static bool IsInMeshOf(string service, Instance instance) =>
        service.Equals(MeshServiceOf(instance.Node.Entry.Instances.Find(instance.Data.Id)), StringComparison.OrdinalIgnoreCase);

    /// <summary>Puts <paramref name="next"/> in the place of the instance with the key of <paramref name="key"/>, or takes that one out.</summary>
    private void ReplaceMesh(string service, Instance key, Instance? next, long index, bool wake)
    {
        _mesh.TryGetValue(service, out MeshEntry? entry);
        Instance[] present = entry?.Current.InstanceArray ?? [];
        int at = InstanceOrder.Search(present, key.Node.Entry.SortName, key.Data.Id);
        Instance[] instances = at >= 0 ? Next(present, present[at], next) : Next(present, null, next);
        if (instances.Length == 0)
        {
            Answers.Succeed(entry!.Current, null);

            // Before the entry goes: who finds nothing must not find the index of what was there.
            MeshPoint.Publish(index, _wakes);
            _mesh.TryRemove(service, out _);
            entry.Point.Publish(index, _wakes);
            return;
        }

        var snapshot = new ServiceSnapshot(service, wake || entry is null ? index : entry.Current.Index, instances);
        if (entry is null)
        {
            _mesh[service] = new MeshEntry(snapshot);
            MeshPoint.Publish(index, _wakes);
            return;
        }

        Answers.Succeed(entry.Current, snapshot);
        entry.Current = snapshot;
        if (wake)
        {
            entry.Point.Publish(index, _wakes);
        }
    }

    private void LoadMesh()
    {
        foreach (Instance instance in _nodes.Values.SelectMany(node => node.Instances.All()))
        {
            PublishMesh(null, instance, _index, wake: false);
        }
    }

    /// <summary>The sidecar that was registered inside an instance's registration and goes with it.</summary>
    private static Instance? SidecarOf(NodeEntry home, Instance instance)
    {
        byte[] sidecar = [.. instance.Data.Id, .. SidecarSuffix];
        return home.Instances.Find(sidecar) is { Data.Proxy.IsSidecar: true } found ? found : null;
    }
}
