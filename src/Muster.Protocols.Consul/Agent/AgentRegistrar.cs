using System.Globalization;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// Registers services on this server's own node, with the sidecars inside their registrations: finds them a port, gives
/// them checks, and removes the sidecar of a service that is registered again without one. Thread-safe.
/// </summary>
/// <param name="catalog">Where to register.</param>
/// <param name="options">The range of ports for sidecars.</param>
public sealed class AgentRegistrar(LiveCatalog catalog, ConsulOptions options)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    // two sidecars that look for a port at the same time, through whichever registrar, must not find the same one
    private static readonly Lock Ports = new();

    /// <summary>Registers an instance and its sidecar, if it has one.</summary>
    /// <param name="service">What to register.</param>
    /// <param name="replaceExistingChecks">Remove the checks that are not named.</param>
    /// <param name="cause">For the timeline: who asked.</param>
    public CommandResult Register(ServiceRegistration service, bool replaceExistingChecks, string cause)
    {
        string node = catalog.LocalNode.Name;
        if (service.Sidecar is { } inside && catalog.CanTake(node, inside.Instance.Id, inside.Instance, inside.Checks) is { Ok: false } refusal)
        {
            return refusal;
        }

        CommandResult result = catalog.Register(node, service.Instance, service.Checks, replaceExistingChecks, cause);
        if (!result.Ok)
        {
            return result;
        }

        CommandResult along = service.Sidecar is { } sidecar
            ? RegisterSidecar(sidecar, replaceExistingChecks, cause)
            : RemoveSidecar(service.Instance.Id, cause);
        return along with { Sequence = Math.Max(result.Sequence, along.Sequence) };
    }

    private CommandResult RegisterSidecar(ServiceRegistration sidecar, bool replaceExistingChecks, string cause)
    {
        lock (Ports)
        {
            InstanceDefinition instance = sidecar.Instance;
            if (instance.Port == 0 && instance.SocketPath.Length == 0)
            {
                int port = FindPort(instance.Id);
                if (port == 0)
                {
                    return new CommandResult(
                        CatalogError.LimitReached,
                        $"no port provided for sidecar_service and none left in the configured range [{options.SidecarMinPort}, {options.SidecarMaxPort}]", 0);
                }

                instance = instance with { Port = port };
            }

            IReadOnlyList<CheckDefinition> checks = sidecar.Checks.Count > 0 || instance.Port == 0 ? sidecar.Checks : DefaultChecks(instance);
            return catalog.Register(catalog.LocalNode.Name, instance, checks, replaceExistingChecks, cause);
        }
    }

    private CommandResult RemoveSidecar(string instanceId, string cause)
    {
        string id = instanceId + ProxyDefinition.SidecarSuffix;
        return catalog.FindInstance(catalog.LocalNode, id) is { Data.Proxy.IsSidecar: true }
            ? catalog.Deregister(catalog.LocalNode.Name, id, cause)
            : default;
    }

    /// <summary>The port that the sidecar has, here or until now through another server, or the lowest free one; 0 when there is none.</summary>
    private int FindPort(string id)
    {
        var used = new HashSet<int>();
        foreach (Instance other in catalog.InstancesOn(catalog.LocalNode))
        {
            if (IsForSidecars(other.Data.Port))
            {
                if (other.Data.IdText == id)
                {
                    return other.Data.Port;
                }

                used.Add(other.Data.Port);
            }
        }

        if (catalog.FindInstances(id) is [{ Data.Proxy.IsSidecar: true, Node.IsServer: true, Data.Port: ushort former }]
            && IsForSidecars(former) && !used.Contains(former))
        {
            return former;
        }

        for (int port = options.SidecarMinPort; port <= options.SidecarMaxPort; port++)
        {
            if (!used.Contains(port))
            {
                return port;
            }
        }

        return 0;
    }

    private bool IsForSidecars(int port) => port >= options.SidecarMinPort && port <= options.SidecarMaxPort;

    /// <summary>That the sidecar listens, where it or the service it stands for is reached, and that this service is well.</summary>
    private static List<CheckDefinition> DefaultChecks(InstanceDefinition sidecar)
    {
        var settings = new GoJsonReader(sidecar.Proxy!.Settings.Span);
        string address = sidecar.Address.Length > 0 ? sidecar.Address : ProxyBodyReader.Read(ref settings)?.LocalAddress ?? "";
        string serviceId = sidecar.Id[..^ProxyDefinition.SidecarSuffix.Length];
        string host = address.Contains(':') ? $"[{address}]" : address;
        CheckBody[] wanted =
        [
            new() { Name = "Connect Sidecar Listening", Interval = CheckInterval, Tcp = string.Create(CultureInfo.InvariantCulture, $"{host}:{sidecar.Port}") },
            new() { Name = "Connect Sidecar Aliasing " + serviceId, AliasService = serviceId },
        ];
        var checks = new List<CheckDefinition>(wanted.Length);
        for (int i = 0; i < wanted.Length; i++)
        {
            string id = $"service:{sidecar.Id}:{i + 1}";
            if (CheckTranslator.Translate(wanted[i], id, wanted[i].Name, ScriptRule.RefusedRemotely, out CheckDefinition check) is null)
            {
                checks.Add(check);
            }
        }

        return checks;
    }
}
