using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary>
/// Gathers the checks that a reader wants and writes them in Consul's order: by node, then by check id. They have to be
/// added node by node, in the nodes' order; then only the few checks of one node are ever sorted.
/// </summary>
/// <param name="status">The status they must have; null for any.</param>
/// <param name="filter">What else must be true of them.</param>
internal sealed class CheckGathering(HealthStatus? status, Condition? filter)
{
    private static readonly Comparer<(string Id, CheckRef Check)> ById =
        Comparer<(string Id, CheckRef Check)>.Create(static (left, right) => string.CompareOrdinal(left.Id, right.Id));

    private readonly List<(string Id, CheckRef Check)> _checks = [];
    private string _node = "";
    private int _nodeStart;

    /// <summary>Adds an instance's own checks.</summary>
    public void AddOwn(Instance instance)
    {
        foreach (Check check in instance.Checks)
        {
            Add(new CheckRef(instance.Node, instance, check));
        }
    }

    /// <summary>Adds the checks of a node and of every instance on it.</summary>
    public void AddAll(LiveCatalog catalog, Node node)
    {
        foreach (Check check in node.Checks)
        {
            Add(new CheckRef(node, null, check));
        }

        foreach (Instance instance in catalog.InstancesOn(node))
        {
            AddOwn(instance);
        }
    }

    /// <summary>Writes an array.</summary>
    public void Write(GoJsonWriter json)
    {
        SortLastNode();
        json.BeginArray();
        foreach ((_, CheckRef check) in _checks)
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

    private void Add(in CheckRef check)
    {
        if ((status is not null && check.Check.Status != status) || filter?.Accepts(new FilterRow(check)) == false)
        {
            return;
        }

        if (!check.Node.Name.Equals(_node, StringComparison.OrdinalIgnoreCase))
        {
            SortLastNode();
            _nodeStart = _checks.Count;
            _node = check.Node.Name;
        }

        string id = check.Check.Definition.Id ?? check.Instance?.CheckIdOf(check.Check) ?? "";
        _checks.Add((id, check));
    }

    private void SortLastNode() => _checks.Sort(_nodeStart, _checks.Count - _nodeStart, ById);
}
