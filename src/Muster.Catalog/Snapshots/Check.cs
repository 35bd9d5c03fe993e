using Muster.Model;

namespace Muster.Catalog;

/// <summary>A check in one state. Immutable; the next state is another object.</summary>
public sealed class Check
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

    /// <summary>What the last report or probe said, at most 4 KiB.</summary>
    public string Output { get; }

    /// <summary>The index at which the check was registered.</summary>
    public long CreateIndex { get; }

    /// <summary>The index of the last change of status or definition; a new output alone leaves it.</summary>
    public long ModifyIndex { get; }

    internal CheckLease Lease { get; }

    internal Check With(HealthStatus status, string output, long modifyIndex) =>
        new(Definition, status, output, CreateIndex, modifyIndex, Lease);
}
