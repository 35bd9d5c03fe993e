namespace Muster.Catalog;

/// <summary>Why a command was refused. Adapters turn it into their protocol's words.</summary>
public enum CatalogError
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>There is no such node.</summary>
    UnknownNode,

    /// <summary>There is no such instance on that node.</summary>
    UnknownInstance,

    /// <summary>There is no such check on that node.</summary>
    UnknownCheck,

    /// <summary>Only a TTL check can be reported on, and this is another kind.</summary>
    NotTtlCheck,

    /// <summary>The instance has no server-side lease to renew.</summary>
    NoLease,

    /// <summary>A limit of <see cref="CatalogOptions"/> is reached; the detail names it.</summary>
    LimitReached,

    /// <summary>A definition is larger than a limit of <see cref="CatalogOptions"/>; the detail names it.</summary>
    TooLarge,

    /// <summary>The id belongs to another instance; the detail names it.</summary>
    IdTaken,

    /// <summary>The command comes from an earlier life of the instance; see <see cref="CommandResult.CurrentEpoch"/>.</summary>
    StaleEpoch,

    /// <summary>The command contradicts itself; the detail says how.</summary>
    Invalid,
}
