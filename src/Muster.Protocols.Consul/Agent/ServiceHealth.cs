using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// The health of one instance as an agent sees it: its own checks and those of its node, maintenance above all.
/// <c>serfHealth</c> does not count, it is not the agent's.
/// </summary>
internal readonly struct ServiceHealth
{
    private const string NodeMaintenance = "_node_maintenance";
    private const string ServiceMaintenance = "_service_maintenance:";

    private readonly Instance _instance;

    public ServiceHealth(Instance instance)
    {
        _instance = instance;
        Status = AggregatedStatus.Passing;
        foreach (Check check in instance.Node.Checks)
        {
            if (check.Definition.Id != AgentLookup.SelfCheck)
            {
                Status = Worse(Status, StatusOf(check.Definition.Id ?? "", check));
            }
        }

        foreach (Check check in instance.Checks)
        {
            Status = Worse(Status, StatusOf(instance.CheckIdOf(check), check));
        }
    }

    /// <summary>The worst of all.</summary>
    public AggregatedStatus Status { get; }

    /// <summary>The word for a status.</summary>
    public static string TextOf(AggregatedStatus status) => status switch
    {
        AggregatedStatus.Passing => "passing",
        AggregatedStatus.Warning => "warning",
        AggregatedStatus.Critical => "critical",
        _ => "maintenance",
    };

    /// <summary>The status code for a status.</summary>
    public static int CodeOf(AggregatedStatus status) => status switch
    {
        AggregatedStatus.Passing => StatusCodes.Status200OK,
        AggregatedStatus.Warning => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Writes status, service and checks.</summary>
    public void Write(GoJsonWriter json)
    {
        json.BeginObject();
        json.Name("AggregatedStatus"u8);
        json.Text(TextOf(Status));
        json.Name("Service"u8);
        AgentServiceEncoder.Write(json, _instance, default);
        json.Name("Checks"u8);
        json.BeginArray();
        foreach (Check check in _instance.Checks)
        {
            HealthCheckEncoder.Write(json, _instance, check, 0, 0);
        }

        foreach (Check check in _instance.Node.Checks)
        {
            if (check.Definition.Id != AgentLookup.SelfCheck)
            {
                HealthCheckEncoder.Write(json, _instance.Node, check, 0, 0);
            }
        }

        json.EndArray();
        json.EndObject();
    }

    private static AggregatedStatus StatusOf(string id, Check check) =>
        id == NodeMaintenance || id.StartsWith(ServiceMaintenance, StringComparison.Ordinal) ? AggregatedStatus.Maintenance
        : check.Status switch
        {
            HealthStatus.Passing => AggregatedStatus.Passing,
            HealthStatus.Warning => AggregatedStatus.Warning,
            _ => AggregatedStatus.Critical,
        };

    private static AggregatedStatus Worse(AggregatedStatus left, AggregatedStatus right) => left > right ? left : right;
}
