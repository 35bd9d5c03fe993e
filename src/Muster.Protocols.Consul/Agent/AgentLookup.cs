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

    /// <summary>Finds an instance, or says why there is none to act on; an id that nobody has, in the caller's words.</summary>
    public DefinitionProblem? FindInstance(string id, out Instance instance, string? unknown = null)
    {
        instance = null!;
        if (catalog.FindInstance(catalog.LocalNode, id) is { } local)
        {
            instance = local;
            return IsSelf(local) ? NotHere(unknown ?? AgentTexts.UnknownService(id)) : null;
        }

        IReadOnlyList<Instance> elsewhere = catalog.FindInstances(id);
        switch (elsewhere.Count)
        {
            case 0:
                return NotHere(unknown ?? AgentTexts.UnknownService(id));
            case 1:
                instance = elsewhere[0];
                return null;
            default:
                return NotHere(AgentTexts.Ambiguous("service ID", id, elsewhere.Select(found => found.Node.Name)));
        }
    }

    /// <summary>Finds a check, or says why there is none to act on.</summary>
    public DefinitionProblem? FindCheck(string id, out CheckRef check)
    {
        Node local = catalog.LocalNode;
        if (catalog.FindCheck(local, id) is { } here)
        {
            check = here;
            return here.Instance is null && id == SelfCheck ? NotHere(AgentTexts.UnknownCheck(id)) : null;
        }

        check = default;
        IReadOnlyList<CheckRef> elsewhere = catalog.FindChecks(id);
        switch (elsewhere.Count)
        {
            case 0:
                return NotHere(AgentTexts.UnknownCheck(id));
            case 1:
                check = elsewhere[0];
                return null;
            default:
                return NotHere(AgentTexts.Ambiguous("check ID", id, elsewhere.Select(found => found.Node.Name)));
        }
    }

    /// <summary>True for the service that stands for the server itself.</summary>
    public bool IsSelf(Instance instance) =>
        instance.Data.Id.SequenceEqual("consul"u8) && ReferenceEquals(instance.Node.Definition, catalog.LocalNode.Definition);

    /// <summary>To a client of Consul an id that this agent cannot act on is one it does not know, and a reason to register again.</summary>
    private static DefinitionProblem NotHere(string text) => new(text, StatusCodes.Status404NotFound);
}
