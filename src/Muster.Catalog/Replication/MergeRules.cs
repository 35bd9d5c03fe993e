using Muster.Model;

namespace Muster.Catalog;

/// <summary>The decisions of a merge, in one place; everything else about it is carrying them out.</summary>
internal class MergeRules
{
    /// <summary>The rules.</summary>
    internal static MergeRules Default { get; } = new();

    /// <summary>Above zero when what is here wins, below when what comes does; of equals the newer status of each check counts.</summary>
    internal virtual int Compare(in EntryState here, in EntryState there)
    {
        int order = here.Version.CompareTo(there.Version);
        order = order != 0 ? order : here.Tenure.CompareTo(there.Tenure);
        return order != 0 ? order : here.Expiry.CompareTo(there.Expiry);
    }

    /// <summary>Whether the status that comes is newer than the one that is here.</summary>
    internal virtual bool IsNewerStatus(EntryVersion here, EntryVersion there) => there > here;

    /// <summary>Whether a clock is so far ahead of this server's that nothing stamped with it may win.</summary>
    internal virtual bool IsTooFarAhead(long clock, long now, TimeSpan lead) => clock > now + (long)lead.TotalMicroseconds;

    /// <summary>Whether a removal that comes is older than removals are remembered.</summary>
    internal virtual bool IsForgotten(TombstoneTable tombstones, EntryVersion version, DateTimeOffset now) => tombstones.IsForgotten(version, now);

    /// <summary>Whether an instance that another server expired stays, because this one has heard from it.</summary>
    internal virtual bool Refutes(RemovalKind kind, bool hasEvidence) => kind == RemovalKind.Expired && hasEvidence;

    /// <summary>Who is responsible after a registration that changed nothing.</summary>
    internal virtual Tenure AfterSameRegistration(Tenure present, uint here) => present;
}
