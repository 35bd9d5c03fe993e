namespace Muster.Model;

/// <summary>A node: the host or agent that instances are registered on.</summary>
public sealed record NodeDefinition
{
    /// <summary>The name, compared without case.</summary>
    public required string Name { get; init; }

    /// <summary>A UUID, empty when the node was registered without one.</summary>
    public string Id { get; init; } = "";

    /// <summary>The IP address or host name of the node.</summary>
    public required string Address { get; init; }

    /// <summary>The datacenter.</summary>
    public required string Datacenter { get; init; }

    /// <summary>Further addresses by name, sorted by name (ordinal).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TaggedAddresses { get; init; } = [];

    /// <summary>Metadata, sorted by key (ordinal).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Equality by value, lists included.</summary>
    public bool Equals(NodeDefinition? other) =>
        other is not null && Name == other.Name && Id == other.Id && Address == other.Address
        && Datacenter == other.Datacenter && TaggedAddresses.SequenceEqual(other.TaggedAddresses)
        && Metadata.SequenceEqual(other.Metadata);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Id, Address, Datacenter, TaggedAddresses.Count, Metadata.Count);
}
