namespace Muster.Catalog;

/// <summary>The state of self-preservation at the last survey. Immutable.</summary>
public sealed record PreservationView
{
    /// <summary>Nothing judged yet.</summary>
    internal static PreservationView Empty { get; } = new();

    /// <summary>The holds that are on, in the order in which they began.</summary>
    public IReadOnlyList<PreservationHold> Holds { get; init; } = [];

    /// <summary>What was counted, by scope: <c>all</c> first.</summary>
    public IReadOnlyList<PreservationScope> Scopes { get; init; } = [];

    /// <summary>The last beginnings and ends of holds, newest last, at most 64.</summary>
    public IReadOnlyList<PreservationEvent> Events { get; init; } = [];

    /// <summary>How often a hold began since the start.</summary>
    public long Begun { get; init; }

    /// <summary>How long the last survey took.</summary>
    public TimeSpan Survey { get; init; }

    /// <summary>Whether anything is held.</summary>
    public bool IsHolding => Holds.Count > 0;

    /// <summary>What was counted of a signal in the whole catalog.</summary>
    public PreservationScope All(PreservationSignal signal)
    {
        foreach (PreservationScope scope in Scopes)
        {
            if (scope.Signal == signal && scope.Scope == Preservation.WholeCatalog)
            {
                return scope;
            }
        }

        return new PreservationScope(Preservation.WholeCatalog, signal, 0, 0);
    }

    /// <summary>How many leases and checks are kept: of zones and of servers, which overlap, the more.</summary>
    public int Held(PreservationSignal signal)
    {
        int all = 0, zones = 0, owners = 0;
        foreach (PreservationHold hold in Holds)
        {
            if (hold.Signal == signal)
            {
                all += hold.Part is null or { IsAll: true } ? hold.Held : 0;
                zones += hold.Part is { IsAll: false, Owner: null } ? hold.Held : 0;
                owners += hold.Part is { Owner: not null } ? hold.Held : 0;
            }
        }

        return Math.Max(all, Math.Max(zones, owners));
    }
}
