using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>Checks a service body by Consul's rules, in Consul's order and words, fills in its defaults and puts it into the model's words.</summary>
internal static class ServiceTranslator
{
    /// <summary>The longest name, id, kind, tag or address, in characters.</summary>
    public const int LongestText = NameRules.LongestText;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromMilliseconds(50);

    /// <summary>Translates what an agent is given, its checks and its sidecar included.</summary>
    public static DefinitionProblem? Translate(ServiceBody body, ScriptRule scripts, out ServiceRegistration registration)
    {
        registration = null!;
        if (body.Name.Length == 0)
        {
            return new DefinitionProblem("Missing service name");
        }

        DefinitionProblem? problem = TranslateService(body, scripts, out registration);
        if (problem is null && body.Sidecar is { } nested)
        {
            SidecarDefaults.Fill(nested, body, registration.Instance.Id);
            problem = TranslateService(nested, scripts, out ServiceRegistration sidecar);
            registration = registration with { Sidecar = sidecar };
        }

        return problem;
    }

    private static DefinitionProblem? TranslateService(ServiceBody body, ScriptRule scripts, out ServiceRegistration registration)
    {
        registration = null!;
        SetUpstreamTypes(body);
        if ((TranslateInstance(body, out InstanceDefinition instance) ?? CheckProxy(body)) is { } problem)
        {
            return problem;
        }

        problem = TranslateChecks(body, instance, scripts, out IReadOnlyList<CheckDefinition> checks);
        if (problem is null)
        {
            registration = new ServiceRegistration(instance, checks, body.Token.Length > 0);
        }

        return problem;
    }

    /// <summary>Translates the instance alone. The name must be there; the id defaults to it.</summary>
    public static DefinitionProblem? TranslateInstance(ServiceBody body, out InstanceDefinition instance)
    {
        instance = null!;
        DefinitionProblem? problem = NamespaceRules.Check(body.Namespace, body.Partition)
            ?? CheckAddress(body) ?? CheckWeights(body) ?? CheckMetadata(body) ?? CheckKind(body) ?? CheckSizes(body);
        if (problem is not null)
        {
            return problem;
        }

        problem = AddressRules.Translate(body.TaggedAddresses, out IReadOnlyList<KeyValuePair<string, ServiceAddress>> addresses);
        if (problem is not null)
        {
            return problem;
        }

        instance = new InstanceDefinition
        {
            Service = body.Name,
            Id = body.Id.Length == 0 ? body.Name : body.Id,
            Kind = body.Kind,
            Address = body.Address,
            Port = (int)body.Port,
            SocketPath = body.SocketPath,
            Tags = body.Tags,
            Metadata = body.Metadata,
            TaggedAddresses = addresses,
            Ports = PortsOf(body),
            Weights = body.HasWeights ? new Weights((int)body.PassingWeight, (int)body.WarningWeight) : Weights.Default,
            Locality = body.Locality,
            Proxy = ProxyOf(body),
            IsMeshNative = body.IsNative,
            EnableTagOverride = body.EnableTagOverride,
            Lease = body.Lease,
        };
        return null;
    }

    /// <summary>The id stored for a check: null when it is the one a check without an id gets.</summary>
    public static string? StoredCheckId(string checkId, string instanceId) =>
        checkId.Length == "service:".Length + instanceId.Length
        && checkId.StartsWith("service:", StringComparison.Ordinal) && checkId.EndsWith(instanceId, StringComparison.Ordinal)
            ? null : checkId;

    private static DefinitionProblem? TranslateChecks(
        ServiceBody body, InstanceDefinition instance, ScriptRule scripts, out IReadOnlyList<CheckDefinition> translated)
    {
        translated = [];
        CheckBody? single = body.Check is { IsEmpty: false } ? body.Check : null;
        int count = (single is null ? 0 : 1) + (body.Checks?.Count ?? 0);
        if (count == 0)
        {
            return null;
        }

        for (int i = 0; i < count; i++)
        {
            if (CheckTranslator.Validate(At(i)) is { } problem)
            {
                return problem;
            }
        }

        for (int i = 0; i < count; i++)
        {
            if (!CheckTranslator.HasValidStatus(At(i)))
            {
                return new DefinitionProblem("Status for checks must 'passing', 'warning', 'critical'");
            }
        }

        var checks = new List<CheckDefinition>(count);
        for (int i = 0; i < count; i++)
        {
            CheckBody check = At(i);
            string name = check.Name.Length == 0 ? $"Service '{instance.Service}' check" : check.Name;
            string? id = check.Id.Length > 0 ? StoredCheckId(check.Id, instance.Id)
                : count == 1 ? null
                : $"service:{instance.Id}:{i + 1}";
            if (CheckTranslator.Translate(check, id, name, scripts, out CheckDefinition definition) is { } problem)
            {
                return problem;
            }

            AddOrReplace(checks, definition);
        }

        translated = checks;
        return null;

        CheckBody At(int i) => single is null ? body.Checks![i] : i == 0 ? single : body.Checks![i - 1];
    }

    /// <summary>Adds a check; an id given twice means the last one.</summary>
    private static void AddOrReplace(List<CheckDefinition> checks, CheckDefinition definition)
    {
        for (int i = 0; i < checks.Count; i++)
        {
            if (checks[i].Id == definition.Id)
            {
                checks[i] = definition;
                return;
            }
        }

        checks.Add(definition);
    }

    private static DefinitionProblem? CheckAddress(ServiceBody body) =>
        AddressRules.IsAny(body.Address) ? new DefinitionProblem("Invalid service address")
        : body.Port is < 0 or > ushort.MaxValue ? new DefinitionProblem($"Invalid service port {body.Port}: must be between 0 and 65535")
        : null;

    /// <summary>What is wrong with the weights sent; null when nothing is.</summary>
    public static DefinitionProblem? CheckWeights(ServiceBody body)
    {
        if (!body.HasWeights)
        {
            return null;
        }

        string? problem = body.PassingWeight < 1 ? "Passing must be greater than 0"
            : body.WarningWeight < 0 ? "Warning must be greater or equal than 0"
            : body.PassingWeight > ushort.MaxValue || body.WarningWeight > ushort.MaxValue ? "DNS Weight must be between 0 and 65535"
            : null;
        return problem is null ? null : new DefinitionProblem("Invalid Weights: " + problem);
    }

    private static DefinitionProblem? CheckMetadata(ServiceBody body) =>
        MetadataRules.Check(body.Metadata) is { } problem ? new DefinitionProblem("Invalid Service Meta: " + problem) : null;

    private static DefinitionProblem? CheckKind(ServiceBody body) =>
        ProxyRules.IsKind(body.Kind) ? null : new DefinitionProblem($"Validation failed: unknown service kind \"{body.Kind}\"");

    private static DefinitionProblem? CheckProxy(ServiceBody body) =>
        ProxyRules.Check(body, mayLackPort: body.IsSidecar) is not { } problem ? null
        : new DefinitionProblem((body.IsSidecar ? "Failed Validation: " : "Validation failed: ") + problem);

    /// <summary>An agent fills in what kind of destination an upstream has; the catalog keeps it as it came.</summary>
    private static void SetUpstreamTypes(ServiceBody body)
    {
        foreach (UpstreamBody upstream in body.Proxy?.Upstreams ?? [])
        {
            upstream.Type = upstream.Type.Length == 0 ? "service" : upstream.Type;
        }
    }

    private static ProxyDefinition? ProxyOf(ServiceBody body)
    {
        if (body.Proxy is not { } proxy)
        {
            return null;
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        ProxyJson.WriteCatalog(json, proxy);
        byte[] settings = json.ToArray();
        json.Return();
        return settings.AsSpan().SequenceEqual(ProxyJson.None) ? null : new ProxyDefinition
        {
            Destination = proxy.DestinationName, DestinationId = proxy.DestinationId, IsSidecar = body.IsSidecar, Settings = settings,
        };
    }

    private static DefinitionProblem? CheckSizes(ServiceBody body)
    {
        bool tooLong = body.Name.Length > LongestText || body.Id.Length > LongestText || body.Address.Length > LongestText;
        for (int i = 0; i < body.Tags.Count; i++)
        {
            tooLong |= body.Tags[i].Length > LongestText;
        }

        if (tooLong)
        {
            return new DefinitionProblem($"Validation failed: a name, id, address or tag is longer than {LongestText} characters");
        }

        if ((NameRules.Check("the service's name", body.Name) ?? NameRules.Check("the service's id", body.Id)) is { } bad)
        {
            return new DefinitionProblem("Validation failed: " + bad);
        }

        if (body.Lease != TimeSpan.Zero && body.Lease < ShortestLease)
        {
            return new DefinitionProblem("Invalid Lease: must be at least 50ms");
        }

        for (int i = 0; i < body.Ports.Count; i++)
        {
            (string name, long port) = body.Ports[i];
            if (name.Length is 0 or > LongestText || port is < 1 or > ushort.MaxValue)
            {
                return new DefinitionProblem($"Invalid Ports: \"{name}\": {port} must be a name and a number between 1 and 65535");
            }
        }

        return null;
    }

    private static KeyValuePair<string, int>[] PortsOf(ServiceBody body)
    {
        if (body.Ports.Count == 0)
        {
            return [];
        }

        var ports = new KeyValuePair<string, int>[body.Ports.Count];
        for (int i = 0; i < ports.Length; i++)
        {
            ports[i] = new(body.Ports[i].Key, (int)body.Ports[i].Value);
        }

        return ports;
    }
}
