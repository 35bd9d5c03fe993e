using Muster.Model;

namespace Muster.Catalog;

/// <summary>A check in one state. Immutable; the next state is another object.</summary>
public class Check
{
    internal Check(CheckDefinition definition, HealthStatus status, string output, long createIndex, long modifyIndex, CheckLease lease)
    {
        Definition = definition;
        Status = status;
        Output = output;
        CreateIndex = createIndex;
        ModifyIndex = modifyIndex;
        Lease = lease;
    }

    /// <summary>What was registered. Its id may be null: ask <see cref="Instance.CheckIdOf"/>.</summary>
    public CheckDefinition Definition { get; }

    /// <summary>The status.</summary>
    public HealthStatus Status { get; }

    /// <summary>The version of the last change of status, for merging with other servers; none where there are no others.</summary>
    public virtual EntryVersion StatusVersion => default;

    /// <summary>What the last report or probe said, at most 4 KiB.</summary>
    public string Output { get; }

    /// <summary>The index at which the check was registered.</summary>
    public long CreateIndex { get; }

    /// <summary>The index of the last change of status or definition; a new output alone leaves it.</summary>
    public long ModifyIndex { get; }

    internal CheckLease Lease { get; }

    internal virtual Check With(HealthStatus status, EntryVersion statusVersion, string output, long modifyIndex) =>
        new(Definition, status, output, CreateIndex, modifyIndex, Lease);

    internal virtual Check With(CheckLease lease) => new(Definition, Status, Output, CreateIndex, ModifyIndex, lease);
}
