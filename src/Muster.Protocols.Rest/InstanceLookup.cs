using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>Finds the one instance an id means: ids are unique in the whole registry here, though other APIs allow more.</summary>
internal static class InstanceLookup
{
    /// <summary>Finds the instance, or answers the request with why there is none.</summary>
    public static async ValueTask<Instance?> FindAsync(Catalog.Catalog catalog, RestCall call)
    {
        string id = call.Arguments[0];
        string? node = call.Parameter("node");
        IReadOnlyList<Instance> found = Find(catalog, id, node);
        if (found.Count == 0)
        {
            // on a cluster it may be on its way from the server it was registered through
            await catalog.ArrivesAsync(catalog.InstancesPoint, () => (found = Find(catalog, id, node)).Count > 0);
        }

        switch (found.Count)
        {
            case 0:
                await Problems.UnknownInstance.WriteAsync(call.Context, $"no instance \"{id}\" is registered");
                return null;
            case 1:
                return found[0];
            default:
                await Problems.AmbiguousId.WriteAsync(call.Context, Ambiguity(id, found));
                return null;
        }
    }

    /// <summary>Names the nodes.</summary>
    public static string Ambiguity(string id, IReadOnlyList<Instance> found) =>
        $"\"{id}\" is on the nodes {string.Join(", ", found.Select(instance => $"\"{instance.Node.Name}\""))}; choose one with ?node=";

    private static IReadOnlyList<Instance> Find(Catalog.Catalog catalog, string id, string? nodeName)
    {
        if (nodeName is null)
        {
            return catalog.FindHolders(id);
        }

        return catalog.FindNode(nodeName) is { } node && catalog.FindInstance(node, id) is { } instance ? [instance] : [];
    }
}
