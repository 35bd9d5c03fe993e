using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>
/// <c>PUT /v1/catalog/register</c> and <c>/deregister</c>: entries for nodes that have no agent. What is registered
/// stays until it is deregistered, unless the service carries a lease.
/// </summary>
internal sealed class CatalogWrites(LiveCatalog catalog, TokenWarning tokens)
{
    private const string RegisterCause = "registered through the Consul catalog API";
    private const string DeregisterCause = "deregistered through the Consul catalog API";
    private const string OwnEntry = "The server's own node, its serfHealth check and its consul service cannot be changed from outside";

    private static readonly DefinitionProblem NoPath = new(Refusals.NoPathToDatacenter, StatusCodes.Status500InternalServerError);

    /// <summary>Adds the routes.</summary>
    public static void Map(RouteTable routes, LiveCatalog catalog, TokenWarning tokens)
    {
        var writes = new CatalogWrites(catalog, tokens);
        routes.Map("/v1/catalog/register", HttpVerbs.Put, writes.RegisterAsync);
        routes.Map("/v1/catalog/deregister", HttpVerbs.Put, writes.DeregisterAsync);
    }

    /// <summary><c>PUT /v1/catalog/register</c></summary>
    public async Task RegisterAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        CommandResult result = default;
        DefinitionProblem? problem = Read(request, body.Bytes, out CatalogRegistration registration) ?? CheckTargets(registration);
        if (problem is null)
        {
            result = CanTakeChecks(registration);
            result = result.Ok ? Apply(registration) : result;
        }

        await (problem is not null ? WriteResponse.RefuseAsync(request, problem) : WriteResponse.FinishTrueAsync(request, catalog, result));
    }

    /// <summary><c>PUT /v1/catalog/deregister</c></summary>
    public async Task DeregisterAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        if (ReadRemoval(request, body.Bytes, out CatalogRemovalBody removal) is { } problem)
        {
            await WriteResponse.RefuseAsync(request, problem);
            return;
        }

        CommandResult result = Remove(removal);
        bool isAbsent = result.Error is CatalogError.UnknownNode or CatalogError.UnknownInstance or CatalogError.UnknownCheck;
        await WriteResponse.FinishTrueAsync(request, catalog, isAbsent ? default : result);
    }

    private DefinitionProblem? Read(in ConsulRequest request, ReadOnlySpan<byte> json, out CatalogRegistration registration)
    {
        registration = null!;
        if (request.Query.ForeignDatacenter)
        {
            return NoPath;
        }

        var reader = new GoJsonReader(json);
        CatalogRegistrationBody? body = CatalogRegistrationReader.Read(ref reader);
        if (body is null)
        {
            return new DefinitionProblem("Request decode failed: " + reader.Error);
        }

        WarnOf(body.Token);
        return CatalogTranslator.Translate(body, catalog.Options.Datacenter, out registration);
    }

    private DefinitionProblem? ReadRemoval(in ConsulRequest request, ReadOnlySpan<byte> json, out CatalogRemovalBody removal)
    {
        removal = null!;
        if (request.Query.ForeignDatacenter)
        {
            return NoPath;
        }

        var reader = new GoJsonReader(json);
        removal = CatalogRemovalBody.Read(ref reader)!;
        if (removal is null)
        {
            return new DefinitionProblem("Request decode failed: " + reader.Error);
        }

        WarnOf(removal.Token);
        if (CatalogTranslator.IsForeign(removal.Datacenter, catalog.Options.Datacenter))
        {
            return NoPath;
        }

        return removal.Node.Length == 0
            ? new DefinitionProblem("Must provide node", StatusCodes.Status500InternalServerError)
            : NamespaceRules.Check(removal.Namespace, removal.Partition) ?? (IsOwnEntry(removal) ? new DefinitionProblem(OwnEntry) : null);
    }

    private void WarnOf(string token)
    {
        if (token.Length > 0)
        {
            tokens.Give();
        }
    }

    private bool IsLocal(string node) => node.Equals(catalog.Options.NodeName, StringComparison.OrdinalIgnoreCase);

    private bool IsOwnEntry(CatalogRemovalBody removal) =>
        IsLocal(removal.Node) && (removal.ServiceId, removal.CheckId) is (AgentLookup.SelfService, _) or ("", AgentLookup.SelfCheck) or ("", "");

    private bool TouchesOwnEntry(CatalogRegistration registration)
    {
        if (!IsLocal(registration.NodeName))
        {
            return false;
        }

        bool touches = registration.Instance?.Id == AgentLookup.SelfService;
        foreach (CatalogCheckRegistration check in registration.Checks)
        {
            touches |= check.ServiceId is null && check.Definition.Id == AgentLookup.SelfCheck;
        }

        return touches;
    }

    /// <summary>Every check must belong to a service that is there or is being registered with it; found out before anything is written.</summary>
    private DefinitionProblem? CheckTargets(CatalogRegistration registration)
    {
        if (TouchesOwnEntry(registration))
        {
            return new DefinitionProblem(OwnEntry);
        }

        Node? node = catalog.FindNode(registration.NodeName);
        if (node is null && registration.Node is null)
        {
            return new DefinitionProblem("Missing node registration", StatusCodes.Status500InternalServerError);
        }

        if (registration is { KeepNode: false, Node: { Id.Length: > 0 } given } && CheckNodeId(given, node) is { } clash)
        {
            return clash;
        }

        foreach (CatalogCheckRegistration check in registration.Checks)
        {
            bool isKnown = check.ServiceId is not { } id || id == registration.Instance?.Id
                || (node is not null && catalog.FindInstance(node, id) is not null);
            if (!isKnown)
            {
                return new DefinitionProblem("Missing service registration", StatusCodes.Status500InternalServerError);
            }
        }

        return null;
    }

    /// <summary>
    /// A node whose agent is alive keeps its name and its id: nobody else may register under the name with another id,
    /// or under the id with another name.
    /// </summary>
    private DefinitionProblem? CheckNodeId(NodeDefinition given, Node? present)
    {
        Node? reserved = present is null || !IsSameId(present.Definition.Id, given.Id) ? catalog.FindNodeById(given.Id) ?? present : null;
        if (reserved is null || IsSameId(reserved.Definition.Id, "") || catalog.FindCheck(reserved, AgentLookup.SelfCheck) is not { Check.Status: not HealthStatus.Critical })
        {
            return null;
        }

        NodeDefinition owner = reserved.Definition;
        return new DefinitionProblem(
            $"failed inserting node: Error while renaming Node ID: \"{given.Id}\": Node name {given.Name} is reserved by node {owner.Id} with name {owner.Name} ({owner.Address})",
            StatusCodes.Status500InternalServerError);
    }

    private static bool IsSameId(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    /// <summary>Too many or too large checks are found out before anything is written.</summary>
    private CommandResult CanTakeChecks(CatalogRegistration registration)
    {
        foreach (IGrouping<string?, CatalogCheckRegistration> group in registration.Checks.GroupBy(static check => check.ServiceId))
        {
            InstanceDefinition? instance = group.Key is not null && group.Key == registration.Instance?.Id ? registration.Instance : null;
            CommandResult result = catalog.CanTake(registration.NodeName, group.Key, instance, [.. group.Select(static check => check.Definition)]);
            if (!result.Ok)
            {
                return result;
            }
        }

        return default;
    }

    private CommandResult Apply(CatalogRegistration registration)
    {
        long sequence = 0;
        CommandResult result = default;
        if (registration.Node is { } node && !IsLocal(node.Name) && !(registration.KeepNode && catalog.FindNode(node.Name) is not null))
        {
            result = RegisterNode(KeepId(node));
            sequence = Math.Max(sequence, result.Sequence);
        }

        if (result.Ok && registration.Instance is { } instance)
        {
            // who writes through the catalog is not the agent that owns the instance: its tags may be kept against the owner's
            InstanceDefinition written = instance with { TagsOverridden = true };
            result = catalog.Register(registration.NodeName, written, [], replaceExistingChecks: false, RegisterCause);
            sequence = Math.Max(sequence, result.Sequence);
        }

        for (int i = 0; result.Ok && i < registration.Checks.Count; i++)
        {
            CatalogCheckRegistration check = registration.Checks[i];
            result = catalog.RegisterCheck(registration.NodeName, check.ServiceId, check.Definition, check.Status, check.Output);
            sequence = Math.Max(sequence, result.Sequence);
        }

        return result with { Sequence = sequence };
    }

    /// <summary>The id is the identity: a node that comes with another name has been renamed, and what is under the old one goes.</summary>
    private CommandResult RegisterNode(NodeDefinition node)
    {
        if (node.Id.Length > 0 && catalog.FindNode(node.Name)?.Definition.Id != node.Id
            && catalog.FindNodeById(node.Id) is { } old && !old.Name.Equals(node.Name, StringComparison.OrdinalIgnoreCase))
        {
            catalog.DeregisterNode(old.Name, $"node \"{old.Name}\" was renamed to \"{node.Name}\" through the Consul catalog API");
        }

        return catalog.RegisterNode(node);
    }

    /// <summary>A registration without an id does not take away the id that the node has.</summary>
    private NodeDefinition KeepId(NodeDefinition node) =>
        node.Id.Length == 0 && catalog.FindNode(node.Name) is { } present ? node with { Id = present.Definition.Id } : node;

    private CommandResult Remove(CatalogRemovalBody removal) =>
        removal.ServiceId.Length > 0 ? catalog.Deregister(removal.Node, removal.ServiceId, DeregisterCause)
        : removal.CheckId.Length > 0 ? catalog.DeregisterCheck(removal.Node, removal.CheckId)
        : catalog.DeregisterNode(removal.Node, DeregisterCause);
}
