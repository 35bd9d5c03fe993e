using Muster.Model;

namespace Muster.Catalog;

/// <summary>A node in one state: its definition and the checks that concern all instances on it. Immutable.</summary>
public sealed class Node
{
    /// <summary>A key in the metadata that every server's own node has, as every agent's has with Consul.</summary>
    internal const string ServerMark = "consul-network-segment";

    internal Node(NodeEntry entry, NodeDefinition definition, CheckList checks, EntryVersion version, long createIndex, long modifyIndex)
    {
        Entry = entry;
        Definition = definition;
        Checks = checks;
        Version = version;
        CreateIndex = createIndex;
        ModifyIndex = modifyIndex;
        Status = checks.Worst;
        ServerOrigin = OriginOf(definition);
    }

    /// <summary>What was registered.</summary>
    public NodeDefinition Definition { get; }

    /// <summary>The node's name.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether this is the node of a Muster server, present or former, and not one that somebody registered.</summary>
    public bool IsServer => ServerOrigin != 0;

    /// <summary>Checks of the node itself, sorted by id, such as <c>serfHealth</c>.</summary>
    public CheckList Checks { get; }

    /// <summary>The worst status of the node's own checks.</summary>
    public HealthStatus Status { get; }

    /// <summary>The version for merging with other servers.</summary>
    public EntryVersion Version { get; }

    /// <summary>The index at which the node was registered.</summary>
    public long CreateIndex { get; }

    /// <summary>The index at which the node's definition last changed.</summary>
    public long ModifyIndex { get; }

    /// <summary>The server whose node this is, as versions and tenures show it; 0 when it is none's.</summary>
    internal uint ServerOrigin { get; }

    internal NodeEntry Entry { get; }

    /// <summary>True when the node is not registered, and only there because something lives on it.</summary>
    internal bool IsPlaceholder => Version.Clock == 0;

    private static uint OriginOf(NodeDefinition definition)
    {
        foreach ((string key, _) in definition.Id.Length > 0 ? definition.Metadata : [])
        {
            if (key == ServerMark)
            {
                return Catalog.OriginOf(definition.Id);
            }
        }

        return 0;
    }
}
