using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Agent;
using Muster.Protocols.Consul.Definitions;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>
/// Keeps this server's own node in step with the services and checks that the configuration defines: registers what is
/// new or changed, leaves alone what is as it was, and removes what an earlier configuration defined, this run's or the
/// last one's, and the present one does not.
/// </summary>
/// <param name="catalog">Where they are registered.</param>
/// <param name="registrar">What registers services with their sidecars.</param>
/// <param name="memory">Remembers across restarts what was defined.</param>
/// <param name="scripts">Whether checks may run scripts.</param>
internal sealed class ConfiguredRegistrations(Catalog.Catalog catalog, AgentRegistrar registrar, ConfiguredMemory memory, ScriptRule scripts)
{
    private const string Cause = "defined in the configuration";
    private const string NoLonger = "no longer defined in the configuration";

    // In the place of a definition's text: equal to none, so that the next time it is registered again.
    private const string ToTryAgain = "";

    private Dictionary<string, string> _services = [];
    private Dictionary<string, string> _checks = [];

    /// <summary>Brings the catalog in step. Returns every problem; empty when all went well.</summary>
    public IReadOnlyList<string> Apply(IReadOnlyList<ConfiguredDefinition> services, IReadOnlyList<ConfiguredDefinition> checks)
    {
        var problems = new List<string>();
        List<(ConfiguredDefinition Source, CheckRegistration Check)> readChecks = ReadChecks(checks, problems);
        var definedServices = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfiguredDefinition defined in services)
        {
            if (!ConsulDefinitions.TryReadService(Bytes(defined), scripts, out ServiceRegistration? service, out string? problem))
            {
                problems.Add($"{defined.Source}: {problem}");
                continue;
            }

            // A check that is defined by itself belongs to the service as much as one inside it: registered together, neither replaces the other.
            string id = service.Instance.Id;
            var attached = readChecks.Where(read => read.Check.ServiceId == id).ToList();
            string text = TextOf(defined) + string.Concat(attached.Select(read => TextOf(read.Source)));
            bool done = IsAsDefined(id, text) || IsDone(problems, defined, registrar.Register(
                service with { Checks = [.. service.Checks, .. attached.Select(read => read.Check.Check)] }, replaceExistingChecks: true, Cause));
            definedServices[id] = done ? text : ToTryAgain;
        }

        Dictionary<string, string> definedChecks = RegisterChecks(readChecks, definedServices, problems);
        Remove(definedServices, definedChecks);
        _services = definedServices;
        _checks = definedChecks;
        memory.Write([.. definedServices.Keys], [.. definedChecks.Keys]);
        return problems;
    }

    private List<(ConfiguredDefinition Source, CheckRegistration Check)> ReadChecks(IReadOnlyList<ConfiguredDefinition> checks, List<string> problems)
    {
        var read = new List<(ConfiguredDefinition, CheckRegistration)>();
        foreach (ConfiguredDefinition defined in checks)
        {
            if (ConsulDefinitions.TryReadCheck(Bytes(defined), scripts, out CheckRegistration? check, out string? problem))
            {
                read.Add((defined, check));
            }
            else
            {
                problems.Add($"{defined.Source}: {problem}");
            }
        }

        return read;
    }

    /// <summary>Registers the checks that no configured service takes with it. Returns all that are defined.</summary>
    private Dictionary<string, string> RegisterChecks(
        List<(ConfiguredDefinition Source, CheckRegistration Check)> checks, Dictionary<string, string> services, List<string> problems)
    {
        var defined = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((ConfiguredDefinition source, CheckRegistration check) in checks)
        {
            string id = check.Check.Id ?? "service:" + check.ServiceId;
            string text = TextOf(source);
            bool isThere = _checks.GetValueOrDefault(id) == text && catalog.FindCheck(catalog.LocalNode, id) is not null;
            HealthStatus? status = check.HasStatus ? check.Check.InitialStatus : null;
            bool done = isThere || services.ContainsKey(check.ServiceId) || IsDone(problems, source, catalog.RegisterCheck(
                catalog.Options.NodeName, check.ServiceId.Length == 0 ? null : check.ServiceId, check.Check, status, null));
            defined[id] = done ? text : ToTryAgain;
        }

        return defined;
    }

    private void Remove(Dictionary<string, string> services, Dictionary<string, string> checks)
    {
        (IReadOnlyList<string> oldServices, IReadOnlyList<string> oldChecks) = memory.Read();
        foreach (string id in oldChecks.Where(id => !checks.ContainsKey(id)))
        {
            catalog.DeregisterCheck(catalog.Options.NodeName, id);
        }

        foreach (string id in oldServices.Where(id => !services.ContainsKey(id)))
        {
            catalog.Deregister(catalog.Options.NodeName, id, NoLonger);
        }
    }

    private bool IsAsDefined(string id, string text) =>
        _services.GetValueOrDefault(id) == text && catalog.FindInstance(catalog.LocalNode, id) is not null;

    private static string TextOf(ConfiguredDefinition defined) => defined.Value.GetRawText();

    private static byte[] Bytes(ConfiguredDefinition defined) => Encoding.UTF8.GetBytes(TextOf(defined));

    private static bool IsDone(List<string> problems, ConfiguredDefinition defined, CommandResult result)
    {
        if (!result.Ok)
        {
            problems.Add($"{defined.Source}: {result.Error}: {result.Detail}");
        }

        return result.Ok;
    }
}
