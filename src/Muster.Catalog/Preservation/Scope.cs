using System.Text;

namespace Muster.Catalog;

/// <summary>A part of the catalog that is judged by itself: all of it, a zone, or what is on one server's own node.</summary>
internal sealed class Scope
{
    private readonly byte[]? _zone;
    private readonly NodeEntry? _owner;

    private Scope(string name, byte[]? zone, NodeEntry? owner)
    {
        Name = name;
        _zone = zone;
        _owner = owner;
        Heartbeats = new Signal(this, PreservationSignal.Heartbeats);
        Probes = new Signal(this, PreservationSignal.Probes);
    }

    internal string Name { get; }

    internal Signal Heartbeats { get; }

    internal Signal Probes { get; }

    internal bool IsAll => _zone is null && _owner is null;

    /// <summary>The server's node whose instances these are, if any.</summary>
    internal NodeEntry? Owner => _owner;

    internal bool IsInUse => Heartbeats.IsInUse || Probes.IsInUse;

    internal static Scope All() => new(Preservation.WholeCatalog, null, null);

    internal static Scope OfZone(ReadOnlySpan<byte> zone) => new($"zone:{Encoding.UTF8.GetString(zone)}", zone.ToArray(), null);

    internal static Scope OfOwner(NodeEntry node) => new($"owner:{node.Current.Name}", null, node);

    /// <summary>Whether an instance or, with none, a node's own check is part of it.</summary>
    internal bool Contains(NodeEntry node, Instance? instance) =>
        _zone is not null ? instance is not null && instance.Data.Zone.SequenceEqual(_zone)
        : _owner is null || ReferenceEquals(node, _owner);

    internal bool IsZone(ReadOnlySpan<byte> zone) => zone.SequenceEqual(_zone);
}
