using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary>
/// <c>?near</c>: sorts by the estimated round-trip time to a node, those without a coordinate last and otherwise in the
/// order they are in. While nobody has reported a coordinate there is nothing to sort by, and answers stay as they are.
/// </summary>
internal sealed class NearOrder(LiveCatalog catalog, CoordinateTable table)
{
    private const string OwnNode = "_agent";

    /// <summary>What to sort around; null when the order stays.</summary>
    public Coordinate? CenterOf(in ConsulRequest request)
    {
        if (!request.Query.HasNear || table.IsEmpty || request.Find("near") is not { } near)
        {
            return null;
        }

        return catalog.FindNode(near == OwnNode ? catalog.Options.NodeName : near) is { } node ? table.Find(node) : null;
    }

    /// <summary>The nodes, nearest first.</summary>
    public IEnumerable<Node> Sort(IReadOnlyList<Node> nodes, Coordinate? center) =>
        center is null ? nodes : nodes.OrderBy(node => DistanceTo(node, center));

    /// <summary>Answers with the elements of the instances that <paramref name="filter"/> lets through, nearest first.</summary>
    public Task AnswerAsync(in ConsulRequest request, Coordinate center, ServiceSnapshot snapshot, EncodedList list, in InstanceFilter filter)
    {
        var taken = new List<(double Distance, int Position)>();
        ReadOnlySpan<Instance> instances = snapshot.Instances;
        for (int i = 0; i < instances.Length; i++)
        {
            if (filter.Accepts(instances[i]))
            {
                taken.Add((DistanceTo(instances[i].Node, center), i));
            }
        }

        taken.Sort();
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        foreach ((_, int position) in taken)
        {
            json.Raw(list[position]);
        }

        json.EndArray();
        QueryHeaders.Set(request, list.IndexText);
        return ConsulResponse.JsonAsync(request, json);
    }

    private double DistanceTo(Node node, Coordinate center) => table.Find(node)?.DistanceTo(center) ?? double.PositiveInfinity;
}
