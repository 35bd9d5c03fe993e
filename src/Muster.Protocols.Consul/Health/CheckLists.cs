using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary>Gathers checks and writes them in Consul's order: by node, then by check id.</summary>
internal static class CheckLists
{
    private static readonly Comparison<CheckRef> Order = Compare;

    /// <summary>Adds an instance's own checks.</summary>
    public static void AddOwn(List<CheckRef> checks, Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            checks.Add(new CheckRef(instance.Node, instance, check));
        }
    }

    /// <summary>Adds the checks of a node and of every instance on it.</summary>
    public static void AddAll(List<CheckRef> checks, LiveCatalog catalog, Node node)
    {
        foreach (Check check in node.Checks)
        {
            checks.Add(new CheckRef(node, null, check));
        }

        foreach (Instance instance in catalog.InstancesOn(node))
        {
            AddOwn(checks, instance);
        }
    }

    /// <summary>Writes an array of the checks that a filter, when there is one, lets through.</summary>
    public static void WriteSorted(GoJsonWriter json, List<CheckRef> checks, Condition? filter)
    {
        if (filter is not null)
        {
            checks.RemoveAll(check => !filter.Accepts(new FilterRow(check)));
        }

        checks.Sort(Order);
        json.BeginArray();
        foreach (CheckRef check in checks)
        {
            if (check.Instance is null)
            {
                HealthCheckEncoder.Write(json, check.Node, check.Check);
            }
            else
            {
                HealthCheckEncoder.Write(json, check.Instance, check.Check);
            }
        }

        json.EndArray();
    }

    private static int Compare(CheckRef left, CheckRef right)
    {
        int byNode = ReferenceEquals(left.Node, right.Node)
            ? 0
            : string.CompareOrdinal(left.Node.Name.ToLowerInvariant(), right.Node.Name.ToLowerInvariant());
        return byNode != 0 ? byNode : string.CompareOrdinal(IdOf(left), IdOf(right));
    }

    private static string IdOf(CheckRef check) =>
        check.Check.Definition.Id ?? check.Instance?.CheckIdOf(check.Check) ?? "";
}
