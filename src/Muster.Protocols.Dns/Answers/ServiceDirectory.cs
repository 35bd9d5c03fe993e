using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Dns.Naming;

namespace Muster.Protocols.Dns.Answers;

/// <summary>Finds the records of a service: on its snapshot, or encoded from it and kept there.</summary>
internal sealed class ServiceDirectory(Catalog.Catalog catalog, DnsZone[] zones, DnsServerOptions options)
{
    // Longer than any name in a question.
    private const int MaxNameChars = 256;

    private readonly TargetNames[] _catalogZones = [.. zones.Where(zone => zone.Kind == ZoneKind.Catalog)];
    private readonly DnsZone? _clusterZone = zones.FirstOrDefault(zone => zone.Kind == ZoneKind.Cluster);
    private readonly ServiceTtlTable _ttls = new(options.ServiceTtl);
    private readonly bool _nodeText = options.NodeMetadataText;
    private readonly HealthStatus _worst = options.OnlyPassing ? HealthStatus.Passing : HealthStatus.Warning;

    /// <summary>The records of a service's healthy instances, of the selected ones; null when there is no such instance.</summary>
    public RecordSet? Find(ReadOnlySpan<byte> service, Selection selection)
    {
        ServiceSnapshot? snapshot = FindSnapshot(service);
        return snapshot is null ? null : Find(snapshot, selection);
    }

    /// <summary>The records of what accepts mesh traffic for a service; null when nothing healthy does.</summary>
    public RecordSet? FindMesh(ReadOnlySpan<byte> service)
    {
        Span<char> name = stackalloc char[MaxNameChars];
        ServiceSnapshot? snapshot = catalog.ViewMesh(name[..Encoding.UTF8.GetChars(service, name)]).Snapshot;
        return snapshot is null ? null : Find(snapshot, default);
    }

    /// <summary>A healthy instance in a namespace by its id, without case; null when there is none.</summary>
    public Instance? FindInstance(ReadOnlySpan<byte> service, ReadOnlySpan<byte> space, ReadOnlySpan<byte> id)
    {
        ServiceSnapshot? snapshot = FindSnapshot(service);
        foreach (Instance instance in snapshot is null ? default : snapshot.Instances)
        {
            if (Ascii.EqualsIgnoreCase(instance.Data.Id, id) && instance.Status <= _worst && Selection.InNamespace(space).Takes(instance.Data, out _))
            {
                return instance;
            }
        }

        return null;
    }

    private ServiceSnapshot? FindSnapshot(ReadOnlySpan<byte> service)
    {
        Span<char> name = stackalloc char[MaxNameChars];
        return catalog.FindService(name[..Encoding.UTF8.GetChars(service, name)]);
    }

    private RecordSet? Find(ServiceSnapshot snapshot, Selection selection)
    {
        ServiceMemo? memo = catalog.Answers.Get(snapshot, MemoSlot.Dns) as ServiceMemo;
        memo = memo is not null && memo.BelongsTo(this) ? memo : null;
        RecordSet records = memo?.Find(selection) ?? Encode(snapshot, memo, selection);
        return records.IsEmpty ? null : records;
    }

    private RecordSet Encode(ServiceSnapshot snapshot, ServiceMemo? memo, Selection selection)
    {
        RecordSetBuilder? builder = null;
        foreach (Instance instance in snapshot.Instances)
        {
            if (instance.Status <= _worst && selection.Takes(instance.Data, out ushort port))
            {
                builder ??= new RecordSetBuilder(TargetsFor(snapshot, selection), _ttls.Find(snapshot.Name), _nodeText);
                builder.Add(instance, port);
            }
        }

        RecordSet records = builder is null ? RecordSet.Empty : builder.Build();

        // What a client made up is not kept: there is no end to it.
        bool isReal = selection.Kind == SelectionKind.All || !records.IsEmpty;
        if (isReal && (memo ?? new ServiceMemo(this)).With(selection, records) is { } extended)
        {
            catalog.Answers.Set(snapshot, MemoSlot.Dns, extended);
        }

        return records;
    }

    private TargetNames[] TargetsFor(ServiceSnapshot snapshot, Selection selection) =>
        selection.Kind is SelectionKind.Namespace or SelectionKind.Port && _clusterZone is not null
            ? [new ClusterTargets(_clusterZone, snapshot.Name.ToLowerInvariant(), Encoding.ASCII.GetString(selection.Namespace))]
            : _catalogZones;
}
