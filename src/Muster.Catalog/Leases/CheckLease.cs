namespace Muster.Catalog;

/// <summary>
/// The moving part of a check, kept while the immutable <see cref="Check"/> around it is replaced: while the check is
/// fit, its TTL; while it is critical, the date of the instance's removal; and the streak of results.
/// </summary>
internal sealed class CheckLease : WheelEntry
{
    /// <summary>The <see cref="Instance"/> (its newest version) or, for a node's check, the <see cref="NodeEntry"/>.</summary>
    internal object? Owner;

    /// <summary>Results of one kind in a row: so many good ones or, below zero, bad ones.</summary>
    internal short Streak
    {
        get => Memory;
        set => Memory = value;
    }

    /// <summary>Bad results in a row.</summary>
    internal int Failures => Math.Max(0, -Streak);

    /// <summary>The tick at which every recovery that <see cref="FlapLimit"/> grants would be unspent again. Enough for three years of served time.</summary>
    internal int RecoveriesBack;
}
