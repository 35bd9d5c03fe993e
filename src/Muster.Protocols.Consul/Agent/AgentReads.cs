using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>What is registered on this server's own node. Neither list blocks; the server's own entries are not in them.</summary>
internal sealed class AgentReads(LiveCatalog catalog, AgentLookup lookup, Filters filters)
{
    /// <summary><c>GET /v1/agent/services</c>: an object by service id.</summary>
    public Task ServicesAsync(ConsulRequest request)
    {
        if (filters.NodeServices.Apply(ref request) is { } problem)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, problem);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        foreach (Instance instance in catalog.InstancesOn(catalog.LocalNode))
        {
            if (!lookup.IsSelf(instance) && request.Filter?.Accepts(new FilterRow(instance)) != false)
            {
                json.Key(instance.Data.Id);
                AgentServiceEncoder.Write(json, instance, default);
            }
        }

        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary><c>GET /v1/agent/checks</c>: an object by check id.</summary>
    public Task ChecksAsync(ConsulRequest request)
    {
        if (filters.Checks.Apply(ref request) is { } problem)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, problem);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginObject();
        foreach ((string id, CheckRef check) in SortedChecks())
        {
            if (request.Filter?.Accepts(new FilterRow(check)) == false)
            {
                continue;
            }

            json.Key(id);
            if (check.Instance is null)
            {
                HealthCheckEncoder.Write(json, check.Node, check.Check, 0, 0);
            }
            else
            {
                HealthCheckEncoder.Write(json, check.Instance, check.Check, 0, 0);
            }
        }

        json.EndObject();
        return ConsulResponse.JsonAsync(request, json);
    }

    private List<(string Id, CheckRef Check)> SortedChecks()
    {
        Node node = catalog.LocalNode;
        var checks = new List<(string Id, CheckRef Check)>();
        foreach (Check check in node.Checks)
        {
            if (check.Definition.Id != AgentLookup.SelfCheck)
            {
                checks.Add((check.Definition.Id ?? "", new CheckRef(node, null, check)));
            }
        }

        foreach (Instance instance in catalog.InstancesOn(node))
        {
            foreach (Check check in instance.Checks)
            {
                checks.Add((instance.CheckIdOf(check), new CheckRef(node, instance, check)));
            }
        }

        checks.Sort(static (left, right) => string.CompareOrdinal(left.Id, right.Id));
        return checks;
    }
}
