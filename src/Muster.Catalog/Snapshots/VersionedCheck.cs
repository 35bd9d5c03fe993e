using Muster.Model;

namespace Muster.Catalog;

/// <summary>A check of a catalog that other servers hold, too. Alone, a server keeps no versions of statuses.</summary>
internal sealed class VersionedCheck : Check
{
    // The version in its parts, of which one fits into what the status leaves of its word.
    private readonly uint _statusOrigin;
    private readonly long _statusClock;

    internal VersionedCheck(
        CheckDefinition definition, HealthStatus status, EntryVersion statusVersion, string output, long createIndex, long modifyIndex, CheckLease lease)
        : base(definition, status, output, createIndex, modifyIndex, lease)
    {
        _statusClock = statusVersion.Clock;
        _statusOrigin = statusVersion.Origin;
    }

    /// <inheritdoc />
    public override EntryVersion StatusVersion => new(_statusClock, _statusOrigin);

    internal override Check With(HealthStatus status, EntryVersion statusVersion, string output, long modifyIndex) =>
        new VersionedCheck(Definition, status, statusVersion, output, CreateIndex, modifyIndex, Lease);

    internal override Check With(CheckLease lease) => new VersionedCheck(Definition, Status, StatusVersion, Output, CreateIndex, ModifyIndex, lease);
}
