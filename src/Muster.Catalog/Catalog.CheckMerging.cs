using Muster.Model;

namespace Muster.Catalog;

// Merging: which checks an instance has after some were registered (anew), and who owns a check id.
public sealed partial class Catalog
{
    private const int MaxCommonChecks = 65_536;
    private const int MaxCommonText = 256;

    /// <summary>The checks of an instance after some are registered (anew), sorted by id.</summary>
    private List<Check> MergeChecks(
        Instance? before, string instanceId, string service, IReadOnlyList<CheckDefinition> definitions, bool replace, long index,
        HealthStatus? status = null, string? output = null)
    {
        var merged = new List<Check>();
        foreach (Check present in before?.Checks ?? default)
        {
            if (!replace && !definitions.Any(definition => definition.Id == present.Definition.Id))
            {
                merged.Add(present);
            }
        }

        foreach (CheckDefinition definition in definitions)
        {
            Check? present = before is null ? null : Named(before.Checks, definition.Id);
            bool isDerivedName = definition.Name == Instance.DerivedCheckName(service);
            merged.Add(MergeCheck(present, isDerivedName ? definition with { Name = "" } : definition, index, status, output));
        }

        SortChecks(merged, instanceId);
        return merged;
    }

    private static void SortChecks(List<Check> checks, string instanceId)
    {
        if (checks.Count > 1)
        {
            // compare what the wire will show
            string derived = Instance.DerivedCheckId(instanceId);
            checks.Sort((left, right) => string.CompareOrdinal(left.Definition.Id ?? derived, right.Definition.Id ?? derived));
        }
    }

    private Check MergeCheck(Check? present, CheckDefinition definition, long index, HealthStatus? status, string? output)
    {
        HealthStatus newStatus = status ?? present?.Status ?? definition.InitialStatus;
        string newOutput = CheckOutput.Cut(output ?? present?.Output ?? definition.InitialOutput, definition.OutputMaxSize);
        if (present is not null && present.Status == newStatus && present.Output == newOutput && present.Definition.Equals(definition))
        {
            return present;
        }

        EntryVersion statusVersion = present is not null && present.Status == newStatus ? present.StatusVersion : _versions.Next();
        return NewCheck(Common(definition), newStatus, statusVersion, newOutput, present?.CreateIndex ?? index, index, new CheckLease());
    }

    private Check NewCheck(
        CheckDefinition definition, HealthStatus status, EntryVersion statusVersion, string output, long createIndex, long modifyIndex, CheckLease lease) =>
        _entries is null
            ? new Check(definition, status, output, createIndex, modifyIndex, lease)
            : new VersionedCheck(definition, status, statusVersion, output, createIndex, modifyIndex, lease);

    /// <summary>
    /// One copy of equal definitions: a service's instances mostly share them. The copies are never given back, so there
    /// are not too many and none is long.
    /// </summary>
    private CheckDefinition Common(CheckDefinition definition)
    {
        if (definition.Id is not null || definition.Kind is not (CheckKind.Ttl or CheckKind.External)
            || definition.Name.Length + definition.Notes.Length + definition.InitialOutput.Length > MaxCommonText)
        {
            return definition;
        }

        if (_commonChecks.TryGetValue(definition, out CheckDefinition? common))
        {
            return common;
        }

        if (_commonChecks.Count < MaxCommonChecks)
        {
            _commonChecks[definition] = definition;
        }

        return definition;
    }

    /// <summary>Enters the checks that have their own ids, and starts the deadlines of new ones.</summary>
    private void NameChecks(NodeEntry home, Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            if (check.Definition.Id is { } id)
            {
                NameCheck(home, id, instance);
            }

            if (check.Lease is { Slot: < 0, Deadline: 0 })
            {
                Arm(check);
            }
        }
    }

    /// <summary>
    /// A check id is unique on its node: whoever registers it last has it, as in Consul. Takes the ids from others and
    /// returns the index for the change that follows.
    /// </summary>
    private long TakeOver(NodeEntry home, string instanceId, IReadOnlyList<CheckDefinition> definitions)
    {
        foreach (CheckDefinition definition in definitions)
        {
            string id = definition.Id ?? Instance.DerivedCheckId(instanceId);
            if (TryFindCheck(home, id, out Instance? owner, out Check? check) && owner?.Data.IdText != instanceId)
            {
                RemoveCheck(home, owner, check, $"check \"{id}\" moved to instance \"{instanceId}\"");
            }
        }

        return _index + 1;
    }

    private void ForgetMissingChecks(NodeEntry home, Instance? before, Instance after)
    {
        foreach (Check check in before?.Checks ?? default)
        {
            Check? kept = Named(after.Checks, check.Definition.Id);
            if (!ReferenceEquals(kept?.Lease, check.Lease))
            {
                Disarm(check.Lease);
            }

            if (kept is null && check.Definition.Id is { } id)
            {
                UnnameCheck(home, id, before);
            }
        }
    }

    private static Check? Named(CheckList checks, string? id)
    {
        foreach (Check check in checks)
        {
            if (check.Definition.Id == id)
            {
                return check;
            }
        }

        return null;
    }

    private static Check? Named(List<Check> checks, string? id) => checks.Find(check => check.Definition.Id == id);

    private static bool SameChecks(CheckList before, List<Check> after)
    {
        bool same = before.Count == after.Count;
        for (int i = 0; same && i < after.Count; i++)
        {
            same = ReferenceEquals(before[i], after[i]);
        }

        return same;
    }
}
