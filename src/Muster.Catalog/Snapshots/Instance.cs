using System.Text;
using Muster.Model;

namespace Muster.Catalog;

/// <summary>An instance in one state: what was registered, where, and how it fares. Immutable; the next state is another object.</summary>
public sealed class Instance
{
    private const string DerivedCheckPrefix = "service:";

    // The version in its parts, so that the time of registration fits into what would be padding.
    private readonly long _clock;
    private readonly uint _origin;
    private readonly uint _registeredAt;

    internal Instance(
        InstanceData data, Node node, CheckList checks, EntryVersion version, Tenure tenure, long createIndex, long modifyIndex, uint registeredAt, InstanceLease? lease)
    {
        Data = data;
        Node = node;
        Checks = checks;
        _clock = version.Clock;
        _origin = version.Origin;
        _registeredAt = registeredAt;
        Tenure = tenure;
        CreateIndex = createIndex;
        ModifyIndex = modifyIndex;
        Lease = lease;
    }

    /// <summary>What was registered, in compact form.</summary>
    public InstanceData Data { get; }

    /// <summary>The node it was registered on.</summary>
    public Node Node { get; }

    /// <summary>The instance's own checks, sorted by id. Its node's checks count too: see <see cref="Status"/>.</summary>
    public CheckList Checks { get; }

    /// <summary>The version of the registration, for merging with other servers; a check's status has its own.</summary>
    public EntryVersion Version => new(_clock, _origin);

    /// <summary>Which server is responsible for the instance.</summary>
    public Tenure Tenure { get; }

    /// <summary>The index at which the instance was registered.</summary>
    public long CreateIndex { get; }

    /// <summary>The index at which the instance's definition last changed.</summary>
    public long ModifyIndex { get; }

    /// <summary>
    /// The index at which readers last saw it change in anything but the text of a check: definition, checks, their states,
    /// its node. What changed since an index is what has a higher one here.
    /// </summary>
    public long ChangeIndex { get; internal init; }

    /// <summary>The worst status of the instance's and its node's checks; passing when there is none.</summary>
    public HealthStatus Status
    {
        get
        {
            HealthStatus own = Checks.Worst;
            return own > Node.Status ? own : Node.Status;
        }
    }

    /// <summary>Whether the instance is meant to get work. Anything but <see cref="InstanceState.Up"/> is one of its checks, and so in its <see cref="Status"/>.</summary>
    public InstanceState State => StateCheck.StateOf(Checks);

    /// <summary>When this life of the instance was registered, by the server's wall clock, to the second.</summary>
    public DateTimeOffset RegisteredAt => DateTimeOffset.FromUnixTimeSeconds(_registeredAt);

    /// <summary>Seconds since 1970: <see cref="RegisteredAt"/> as it is kept.</summary>
    internal uint RegisteredSeconds => _registeredAt;

    internal InstanceLease? Lease { get; }

    /// <summary>The id of one of this instance's checks, as every wire shows it.</summary>
    public string CheckIdOf(Check check) => check.Definition.Id ?? DerivedCheckId(Data.IdText);

    /// <summary>The name of one of this instance's checks, as every wire shows it.</summary>
    public string CheckNameOf(Check check) =>
        check.Definition.Name.Length > 0 ? check.Definition.Name : DerivedCheckName(Data.Service);

    /// <summary>Finds one of this instance's own checks.</summary>
    public Check? FindCheck(ReadOnlySpan<char> checkId)
    {
        foreach (Check check in Checks)
        {
            if (check.Definition.Id is { } id ? checkId.SequenceEqual(id) : IsDerivedId(checkId))
            {
                return check;
            }
        }

        return null;
    }

    /// <summary>Cuts the instance id out of an id of the form <c>service:&lt;instance id&gt;</c>.</summary>
    internal static bool TryInstanceIdOf(ReadOnlySpan<char> checkId, out ReadOnlySpan<char> instanceId)
    {
        bool derived = checkId.StartsWith(DerivedCheckPrefix, StringComparison.Ordinal);
        instanceId = derived ? checkId[DerivedCheckPrefix.Length..] : default;
        return derived;
    }

    /// <summary>The id of a check that has none of its own.</summary>
    internal static string DerivedCheckId(string instanceId) => DerivedCheckPrefix + instanceId;

    /// <summary>The name of a check of a service that names none.</summary>
    internal static string DerivedCheckName(string service) => $"Service '{service}' check";

    internal Instance With(CheckList checks, long changeIndex) =>
        new(Data, Node, checks, Version, Tenure, CreateIndex, ModifyIndex, _registeredAt, Lease) { ChangeIndex = changeIndex };

    internal Instance With(Node node, long changeIndex) =>
        new(Data, node, Checks, Version, Tenure, CreateIndex, ModifyIndex, _registeredAt, Lease) { ChangeIndex = changeIndex };

    private bool IsDerivedId(ReadOnlySpan<char> checkId)
    {
        if (!TryInstanceIdOf(checkId, out ReadOnlySpan<char> id) || id.Length > Data.Id.Length)
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[512];
        return id.Length * 3 <= utf8.Length
            ? Data.Id.SequenceEqual(utf8[..Encoding.UTF8.GetBytes(id, utf8)])
            : Data.IdText.AsSpan().SequenceEqual(id);
    }
}
