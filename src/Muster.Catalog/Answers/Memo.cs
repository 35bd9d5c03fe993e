namespace Muster.Catalog;

/// <summary>An answer encoded once for a snapshot and sent many times. Immutable, but for the cache's own marks.</summary>
public abstract class Memo
{
    /// <summary>The memory it holds, roughly, in bytes; counts against the cache's budget.</summary>
    public abstract int Bytes { get; }

    /// <summary>True when the encoding of a later snapshot can copy from it what did not change.</summary>
    public virtual bool LendsParts => false;

    /// <summary>Set by readers, cleared by the clock hand: answers that are read stay.</summary>
    internal bool Touched;

    internal ServiceSnapshot? Owner;

    internal int Position;
}
