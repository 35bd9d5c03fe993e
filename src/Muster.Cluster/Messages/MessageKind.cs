namespace Muster.Cluster.Messages;

/// <summary>
/// The first byte of a message. What follows are <see cref="Model.PackWriter"/> fields, to which later versions only append:
/// a reader passes over what it does not know, fields and kinds alike.
/// </summary>
internal enum MessageKind : byte
{
    /// <summary>I am here; this is what I have. Once a second.</summary>
    Ping = 1,

    /// <summary>The answer to a ping.</summary>
    Pong = 2,

    /// <summary>A batch of facts.</summary>
    Facts = 3,

    /// <summary>A batch of facts, and all before it, are merged.</summary>
    FactsAck = 4,

    /// <summary>Heartbeats for the owner of the leases.</summary>
    Renewals = 5,

    /// <summary>Asks for the digests of all buckets.</summary>
    DigestRequest = 6,

    /// <summary>The digests of all buckets.</summary>
    Digests = 7,

    /// <summary>Asks for the stamps of a bucket.</summary>
    BucketRequest = 8,

    /// <summary>The stamps of a bucket.</summary>
    BucketStamps = 9,

    /// <summary>Asks for facts.</summary>
    Want = 10,

    /// <summary>Asks to be told when all that was wanted before is sent.</summary>
    Mark = 11,

    /// <summary>All that was wanted before the mark is sent.</summary>
    MarkReached = 12,

    /// <summary>Who belongs to the cluster.</summary>
    Members = 13,

    /// <summary>Why the sender ends the link.</summary>
    Goodbye = 14,
}
