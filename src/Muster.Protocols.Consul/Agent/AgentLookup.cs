using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// Finds what an agent call means by an id: first on this server's node, then, when the id is unique in the catalog,
/// wherever it is. The server's own entries are not the agent's to touch, as in Consul.
/// </summary>
internal sealed class AgentLookup(LiveCatalog catalog)
{
    /// <summary>The id of the service, and the check, that stand for the server itself.</summary>
    public const string SelfService = "consul", SelfCheck = "serfHealth";

    /// <summary>Finds an instance, or says why there is none to act on.</summary>
    public DefinitionProblem? FindInstance(string id, out Instance instance)
    {
        instance = null!;
        if (catalog.FindInstance(catalog.LocalNode, id) is { } local)
        {
            instance = local;
            return IsSelf(local) ? NoService(id) : null;
        }

        IReadOnlyList<Instance> elsewhere = catalog.FindInstances(id);
        switch (elsewhere.Count)
        {
            case 0:
                return NoService(id);
            case 1:
                instance = elsewhere[0];
                return null;
            default:
                return new DefinitionProblem(AgentTexts.Ambiguous("Service ID", id, elsewhere.Select(found => found.Node.Name)));
        }
    }

    /// <summary>Finds a check, or says why there is none to act on.</summary>
    public DefinitionProblem? FindCheck(string id, out CheckRef check)
    {
        Node local = catalog.LocalNode;
        if (catalog.FindCheck(local, id) is { } here)
        {
            check = here;
            return here.Instance is null && id == SelfCheck ? NoCheck(id) : null;
        }

        check = default;
        List<CheckRef> elsewhere = [];
        foreach (Node node in catalog.Nodes)
        {
            if (catalog.FindCheck(node, id) is { } found)
            {
                elsewhere.Add(found);
            }
        }

        switch (elsewhere.Count)
        {
            case 0:
                return NoCheck(id);
            case 1:
                check = elsewhere[0];
                return null;
            default:
                return new DefinitionProblem(AgentTexts.Ambiguous("Check ID", id, elsewhere.Select(found => found.Node.Name)));
        }
    }

    /// <summary>True for the service that stands for the server itself.</summary>
    public bool IsSelf(Instance instance) =>
        instance.Data.Id.SequenceEqual("consul"u8) && ReferenceEquals(instance.Node.Definition, catalog.LocalNode.Definition);

    private static DefinitionProblem NoService(string id) => new(AgentTexts.UnknownService(id), StatusCodes.Status404NotFound);

    private static DefinitionProblem NoCheck(string id) => new(AgentTexts.UnknownCheck(id), StatusCodes.Status404NotFound);
}
