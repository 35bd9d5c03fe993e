using System.Text;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Definitions;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>Registers what the configuration files define on this server's own node.</summary>
internal static class ConfiguredRegistrations
{
    private const string Cause = "defined in the configuration";

    /// <summary>Registers all services, then all checks. Returns every problem; empty when all went well.</summary>
    public static IReadOnlyList<string> Apply(Catalog.Catalog catalog, AgentOptions options)
    {
        var problems = new List<string>();
        foreach (ConfiguredDefinition defined in options.Services)
        {
            if (!ConsulDefinitions.TryReadService(Bytes(defined), out ServiceRegistration? service, out string? problem))
            {
                problems.Add($"{defined.Source}: {problem}");
                continue;
            }

            Note(problems, defined, catalog.Register(
                catalog.Options.NodeName, service.Instance, service.Checks, replaceExistingChecks: true, Cause));
        }

        foreach (ConfiguredDefinition defined in options.Checks)
        {
            if (!ConsulDefinitions.TryReadCheck(Bytes(defined), out CheckRegistration? check, out string? problem))
            {
                problems.Add($"{defined.Source}: {problem}");
                continue;
            }

            HealthStatus? status = check.HasStatus ? check.Check.InitialStatus : null;
            Note(problems, defined, catalog.RegisterCheck(
                catalog.Options.NodeName, check.ServiceId.Length == 0 ? null : check.ServiceId, check.Check, status, null));
        }

        return problems;
    }

    private static byte[] Bytes(ConfiguredDefinition defined) => Encoding.UTF8.GetBytes(defined.Value.GetRawText());

    private static void Note(List<string> problems, ConfiguredDefinition defined, CommandResult result)
    {
        if (!result.Ok)
        {
            problems.Add($"{defined.Source}: {result.Error}: {result.Detail}");
        }
    }
}
