using System.Collections.Immutable;

namespace Muster.Client.Directory;

/// <summary>What the news changed.</summary>
/// <param name="View">A new view to publish; null when the list stays as it is.</param>
/// <param name="Reject">Why the news were refused; <see cref="RejectReason.None"/> when they were not.</param>
/// <param name="BeganHolding">True when instances began to be kept that the registry no longer lists.</param>
/// <param name="Released">Instances that were kept and now are given up, after enough confirmations.</param>
internal readonly record struct EntryResult(ServiceView? View, RejectReason Reject, bool BeganHolding, ImmutableArray<ServiceInstance> Released)
{
    public static EntryResult Nothing { get; } = new(null, RejectReason.None, false, []);

    public static EntryResult Refused(RejectReason reason) => new(null, reason, false, []);
}
