namespace Muster.Client.Streaming;

/// <summary>The members of an instance that a client reads.</summary>
internal enum InstanceMember
{
    /// <summary>One that this version does not know or need.</summary>
    Other,
    Service,
    Id,
    Node,
    Address,
    Port,
    Ports,
    Tags,
    Metadata,
    Weights,
    Region,
    Zone,
    Health,
    State,
    Epoch,
    RegisteredAt,
    Version,
}
