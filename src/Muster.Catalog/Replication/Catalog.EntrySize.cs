using System.Text;
using Muster.Model;

namespace Muster.Catalog;

// How large an entry may be: what does not fit into a message, peers would never have.
public sealed partial class Catalog
{
    /// <summary>What a fact has besides its definition, its names and its checks.</summary>
    private const int HeadBytes = 256;

    /// <summary>What a check takes in a fact besides its definition, at most: the output, that it was cut, status and version.</summary>
    private const int CheckBytes = CheckOutput.MaxBytes + 128;

    /// <summary>
    /// Whether an instance with new checks, or a new node check, would be refused for its size or number; before anything of
    /// a request with several parts is written. The commands look again.
    /// </summary>
    /// <param name="node">The node, known or not.</param>
    /// <param name="instanceId">The instance, known or not; null for the node itself.</param>
    /// <param name="instance">What the instance is to be; null when it stays as it is.</param>
    /// <param name="added">The checks that are new or change.</param>
    public CommandResult CanTake(string node, string? instanceId, InstanceDefinition? instance, IReadOnlyList<CheckDefinition> added)
    {
        lock (_gate)
        {
            if (added.Any(IsTooLarge))
            {
                return TooLarge("a check's definition", Options.MaxCheckBytes);
            }

            _nodes.TryGetValue(node, out NodeEntry? home);
            Instance? before = instanceId is null ? null : home?.Instances.Find(instanceId);
            CheckList present = instanceId is null ? home?.Current.Checks ?? default : before?.Checks ?? default;
            List<CheckDefinition> checks = Together(present, added);
            string what = instanceId is null ? "a node" : "an instance";
            if (checks.Count > Options.MaxChecksPerOwner)
            {
                return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxChecksPerOwner} checks for one {(instanceId is null ? "node" : "instance")}");
            }

            int bytes = instance is not null ? InstanceData.Pack(instance, _scratch).Packed.Length
                : before is not null ? before.Data.Packed.Length
                : home is not null ? SizeOf(home.Current.Definition)
                : 0;
            return RefuseUntellable(what, bytes + BytesOf(node, instance?.Service ?? before?.Data.Service), checks) ?? default;
        }
    }

    /// <summary>Checks as they are with some added or changed.</summary>
    private static List<CheckDefinition> Together(CheckList present, IReadOnlyList<CheckDefinition> added)
    {
        var checks = new List<CheckDefinition>(added);
        foreach (Check check in present)
        {
            if (!added.Any(other => other.Id == check.Definition.Id))
            {
                checks.Add(check.Definition);
            }
        }

        return checks;
    }

    /// <summary>Cheap, and true for almost all: so few checks fit, however large they are.</summary>
    private bool FitsSurely(int bytes, int checks) =>
        !Options.Replicated || HeadBytes + bytes + ((long)checks * (Options.MaxCheckBytes + CheckBytes)) <= ReplicaSet.MaxFactBytes;

    /// <summary>Null when peers can be told of it, whatever its checks come to say.</summary>
    private CommandResult? RefuseUntellable(string what, int bytes, List<CheckDefinition> checks)
    {
        if (FitsSurely(bytes, checks.Count))
        {
            return null;
        }

        long sum = HeadBytes + bytes;
        foreach (CheckDefinition check in checks)
        {
            sum += CheckBytes + SizeOf(check);
        }

        return sum <= ReplicaSet.MaxFactBytes ? null : CommandResult.Refused(
            CatalogError.TooLarge,
            $"in a cluster {what} with its checks takes at most {ReplicaSet.MaxFactBytes} bytes, {CheckBytes} for the output of each check included; "
            + $"with {checks.Count} checks it would take {sum}: register fewer or smaller checks");
    }

    private CommandResult? RefuseUntellable(string what, int bytes, List<Check> checks) =>
        FitsSurely(bytes, checks.Count) ? null : RefuseUntellable(what, bytes, [.. checks.Select(static check => check.Definition)]);

    private static int BytesOf(string node, string? service) => Encoding.UTF8.GetByteCount(node) + Encoding.UTF8.GetByteCount(service ?? "");

    private bool IsTooLarge(CheckDefinition definition) => SizeOf(definition) > Options.MaxCheckBytes;

    private int SizeOf(CheckDefinition definition)
    {
        _scratch.Clear();
        CheckDefinitionCodec.Write(_scratch, definition);
        return _scratch.Written.Length;
    }

    private int SizeOf(NodeDefinition definition)
    {
        _scratch.Clear();
        ChangeCodec.WriteNodeDefinition(_scratch, definition);
        return _scratch.Written.Length;
    }
}
