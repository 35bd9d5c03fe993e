using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;

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

    /// <summary>Acts on the instance that an id means, or answers why there is none. On a cluster it may just be on its way here.</summary>
    public async Task WithInstanceAsync(ConsulRequest request, string id, string unknown, Func<ConsulRequest, Instance, Task> act)
    {
        Instance instance = null!;
        DefinitionProblem? problem = FindInstance(id, out instance, unknown);
        if (problem is not null
            && await catalog.ArrivesAsync(catalog.InstancesPoint, () => FindInstance(id, out instance, unknown) is null))
        {
            problem = null;
        }

        await (problem is null ? act(request, instance) : WriteResponse.RefuseAsync(request, problem));
    }

    /// <summary>As <see cref="WithInstanceAsync"/>, with the check that the request names.</summary>
    public async Task WithCheckAsync(ConsulRequest request, Func<ConsulRequest, CheckRef, Task> act)
    {
        string id = request.ArgumentText;
        CheckRef check = default;
        DefinitionProblem? problem = FindCheck(id, out check);
        if (problem is not null && await catalog.ArrivesAsync(catalog.ChecksPoint, () => FindCheck(id, out check) is null))
        {
            problem = null;
        }

        await (problem is null ? act(request, check) : WriteResponse.RefuseAsync(request, problem));
    }

    /// <summary>True for the service that stands for the server itself.</summary>
    public bool IsSelf(Instance instance) =>
        instance.Data.Id.SequenceEqual("consul"u8) && ReferenceEquals(instance.Node.Definition, catalog.LocalNode.Definition);

    /// <summary>To a client of Consul an id that this agent cannot act on is one it does not know, and a reason to register again.</summary>
    private static DefinitionProblem NotHere(string text) => new(text, StatusCodes.Status404NotFound);
}
