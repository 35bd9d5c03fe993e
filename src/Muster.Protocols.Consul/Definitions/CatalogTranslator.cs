using Microsoft.AspNetCore.Http;
using Muster.Model;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Checks a catalog registration by Consul's rules and words and puts it into the model's. Nothing is written before all of it is found good.</summary>
internal static class CatalogTranslator
{
    /// <summary>Translates it. <paramref name="datacenter"/> is the server's own.</summary>
    public static DefinitionProblem? Translate(CatalogRegistrationBody body, string datacenter, out CatalogRegistration registration)
    {
        registration = null!;
        if ((NamespaceRules.Check(body.Namespace, body.Partition) ?? CheckNode(body, datacenter)) is { } problem)
        {
            return problem;
        }

        if (TranslateService(body.Service, out InstanceDefinition? instance) is { } serviceProblem)
        {
            return serviceProblem;
        }

        var checks = new List<CatalogCheckRegistration>(body.Checks.Count);
        foreach (CatalogCheckBody check in body.Checks)
        {
            if (TranslateCheck(check, body.Node, out CatalogCheckRegistration translated) is { } checkProblem)
            {
                return checkProblem;
            }

            checks.Add(translated);
        }

        NodeDefinition? node = body.Address.Length == 0 ? null : new NodeDefinition
        {
            Name = body.Node,
            Id = body.NodeId,
            Address = body.Address,
            Datacenter = datacenter,
            TaggedAddresses = body.TaggedAddresses,
            Metadata = body.NodeMetadata,
        };
        registration = new CatalogRegistration(body.Node, node, instance, checks) { KeepNode = body.SkipNodeUpdate };
        return null;
    }

    private static DefinitionProblem? CheckNode(CatalogRegistrationBody body, string datacenter)
    {
        string? problem = IsForeign(body.Datacenter, datacenter) ? Refusals.NoPathToDatacenter
            : body.Node.Length == 0 ? "Must provide node"
            : body.Address.Length == 0 && !body.SkipNodeUpdate ? "Must provide address if SkipNodeUpdate is not set"
            : body.Node.Length > ServiceTranslator.LongestText || body.Address.Length > ServiceTranslator.LongestText
                ? $"a node's name or address is longer than {ServiceTranslator.LongestText} characters"
            : NameRules.Check("the node's name", body.Node) ?? CheckNodeId(body.NodeId);
        return problem is null ? null : new DefinitionProblem(problem, StatusCodes.Status500InternalServerError);
    }

    /// <summary>True when a body names another datacenter than the server's.</summary>
    public static bool IsForeign(string datacenter, string own) =>
        datacenter.Length > 0 && !datacenter.Equals(own, StringComparison.OrdinalIgnoreCase);

    private static string? CheckNodeId(string id) =>
        id.Length == 0 || Guid.TryParseExact(id, "D", out _) ? null
        : id.Length == 36 ? "Bad node ID: UUID must be hexadecimal with dashes in between"
        : "Bad node ID: UUID must be 36 characters";

    private static DefinitionProblem? TranslateService(ServiceBody? body, out InstanceDefinition? instance)
    {
        instance = null;
        if (body is null)
        {
            return null;
        }

        if (body.Name.Length == 0)
        {
            return new DefinitionProblem(
                "Must provide service name (Service.Service) when service ID is provided", StatusCodes.Status500InternalServerError);
        }

        // clients written in Go send 0 and 0 when nobody set weights, and Consul's catalog takes the default instead of bad ones
        body.HasWeights = body.HasWeights && ServiceTranslator.CheckWeights(body) is null;
        DefinitionProblem? problem = ServiceTranslator.TranslateInstance(body, out InstanceDefinition translated)
            ?? (ProxyRules.Check(body) is { } text ? new DefinitionProblem(text, StatusCodes.Status500InternalServerError) : null);
        instance = problem is null ? translated : null;
        return problem;
    }

    private static DefinitionProblem? TranslateCheck(CatalogCheckBody body, string node, out CatalogCheckRegistration check)
    {
        check = null!;
        string id = body.Id.Length > 0 ? body.Id : body.Name;
        string? problem = id.Length == 0 ? "Must provide a check ID or name"
            : NameRules.Check("Check ID", id) is { } bad ? bad
            : body.Node.Length > 0 && !body.Node.Equals(node, StringComparison.OrdinalIgnoreCase) ? $"Check node \"{body.Node}\" does not match node \"{node}\""
            : null;
        if (problem is not null)
        {
            return new DefinitionProblem(problem, StatusCodes.Status500InternalServerError);
        }

        HealthStatus status = HealthStatus.Critical;
        if (body.Status.Length > 0 && !HealthStatusText.TryParse(body.Status, out status))
        {
            return new DefinitionProblem($"Invalid check status: '{body.Status}'");
        }

        string? stored = body.ServiceId.Length == 0 ? id : ServiceTranslator.StoredCheckId(id, body.ServiceId);
        check = new CatalogCheckRegistration(
            body.ServiceId.Length == 0 ? null : body.ServiceId, Describe(body, stored), status, body.Output);
        return NamespaceRules.Check(body.Namespace, body.Partition);
    }

    /// <summary>The check as somebody else runs it: kept for those who ask, and never run here.</summary>
    private static CheckDefinition Describe(CatalogCheckBody body, string? id)
    {
        var plain = new CheckDefinition { Id = id, Name = body.Name, Notes = body.Notes, Kind = CheckKind.External };
        return body.Definition is not { } definition ? plain : plain with
        {
            Http = definition.Http.Length > 0 ? CheckTranslator.HttpOf(definition) with { Method = definition.Method } : null,
            Target = definition.Tcp.Length > 0 ? new ProbeTarget(definition.Tcp) { Tls = CheckTranslator.TlsOf(definition, definition.TcpUseTls) } : null,
            Interval = NotNegative(definition.Interval),
            Timeout = NotNegative(definition.Timeout),
            DeregisterAfter = NotNegative(definition.DeregisterAfter),
        };
    }

    private static TimeSpan NotNegative(TimeSpan duration) => duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
}
