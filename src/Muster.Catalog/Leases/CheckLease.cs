namespace Muster.Catalog;

/// <summary>
/// The moving part of a check, kept while the immutable <see cref="Check"/> around it is replaced: while the check is
/// fit, its TTL; while it is critical, the date of the instance's removal; and the streak of results.
/// </summary>
internal sealed class CheckLease : WheelEntry
{
    /// <summary>The <see cref="Instance"/> (its newest version) or, for a node's check, the <see cref="NodeEntry"/>.</summary>
    internal object? Owner;

    /// <summary>Good results in a row.</summary>
    internal ushort Successes;

    /// <summary>Bad results in a row.</summary>
    internal ushort Failures;

    /// <summary>The tick at which every recovery that <see cref="FlapLimit"/> grants would be unspent again.</summary>
    internal long RecoveriesBack;
}
