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
        ServiceMemo? kept = KeptFor(snapshot);
        if (kept?.Find(selection) is not { } records)
        {
            records = !IsReal(snapshot, selection) ? RecordSet.Empty
                : kept?.HasRoomFor(selection) != false ? FindOrEncode(snapshot, selection)
                : Encode(snapshot, selection);
        }

        return records.IsEmpty ? null : records;
    }

    /// <summary>False for what a client made up: that is not kept, for there is no end to it, and nobody waits for it.</summary>
    private bool IsReal(ServiceSnapshot snapshot, Selection selection)
    {
        if (selection.Kind == SelectionKind.All)
        {
            return true;
        }

        foreach (Instance instance in snapshot.Instances)
        {
            if (IsAnswered(instance, selection, out _))
            {
                return true;
            }
        }

        return false;
    }

    private RecordSet FindOrEncode(ServiceSnapshot snapshot, Selection selection)
    {
        using Lock.Scope alone = catalog.Answers.BeginEncoding(snapshot, MemoSlot.Dns);
        ServiceMemo kept = KeptFor(snapshot) ?? new ServiceMemo(this);
        if (kept.Find(selection) is { } made)
        {
            return made;
        }

        RecordSet records = Encode(snapshot, selection);
        if (kept.HasRoomFor(selection))
        {
            catalog.Answers.Set(snapshot, MemoSlot.Dns, kept.With(selection, records));
        }

        return records;
    }

    private RecordSet Encode(ServiceSnapshot snapshot, Selection selection)
    {
        RecordSetBuilder? builder = null;
        foreach (Instance instance in snapshot.Instances)
        {
            if (IsAnswered(instance, selection, out ushort port))
            {
                builder ??= new RecordSetBuilder(TargetsFor(snapshot, selection), _ttls.Find(snapshot.Name), _nodeText);
                builder.Add(instance, port);
            }
        }

        return builder is null ? RecordSet.Empty : builder.Build();
    }

    private bool IsAnswered(Instance instance, Selection selection, out ushort port)
    {
        port = 0;
        return instance.Status <= _worst && selection.Takes(instance.Data, out port);
    }

    private ServiceMemo? KeptFor(ServiceSnapshot snapshot) =>
        catalog.Answers.Get(snapshot, MemoSlot.Dns) is ServiceMemo memo && memo.BelongsTo(this) ? memo : null;

    private TargetNames[] TargetsFor(ServiceSnapshot snapshot, Selection selection) =>
        selection.Kind is SelectionKind.Namespace or SelectionKind.Port && _clusterZone is not null
            ? [new ClusterTargets(_clusterZone, snapshot.Name.ToLowerInvariant(), Encoding.ASCII.GetString(selection.Namespace))]
            : _catalogZones;
}
