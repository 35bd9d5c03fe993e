namespace Muster.Catalog;

/// <summary>One signal of one scope: what the last survey counted, and the hold that followed from it.</summary>
internal sealed class Signal(Scope scope, PreservationSignal kind)
{
    internal Scope Scope => scope;

    internal PreservationSignal Kind => kind;

    /// <summary>Where the survey under way counts; only its thread touches it.</summary>
    internal Tally Counting;

    /// <summary>What the last survey counted, and since then each new failure of a probe; under the catalog's lock.</summary>
    internal Tally Counted;

    /// <summary>The scope is all there is, which is judged already: it says nothing that <c>all</c> does not.</summary>
    internal bool IsCovered { get; set; }

    /// <summary>More than the threshold is missing.</summary>
    internal bool Exceeds { get; set; }

    /// <summary>The hold was ended although more than the threshold is missing: there is no other until that is over.</summary>
    internal bool IsReleased { get; set; }

    /// <summary>The hold that is on.</summary>
    internal PreservationHold? Hold { get; set; }

    /// <summary>The tick at which the hold began.</summary>
    internal long HeldSince { get; set; }

    /// <summary>The tick since which the share is back, -1 while it is not.</summary>
    internal long BackSince { get; set; }

    internal bool IsInUse => Counted.Expected > 0 || Hold is not null;

    /// <summary>Whether automation must leave the scope alone, now that somebody in it would go.</summary>
    internal bool MustHold => Hold is not null || (Exceeds && !IsReleased);
}
