using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>
/// <c>GET /v1/agent/health/service/id/:id</c> and <c>/name/:name</c>: the status code is the health, so that a load
/// balancer needs to read nothing else. 200 passing, 429 warning, 503 critical or in maintenance, 404 unknown.
/// </summary>
internal sealed class ServiceHealthReads(LiveCatalog catalog, AgentLookup lookup)
{
    private static readonly byte[] Nothing = "{\"AggregatedStatus\":\"critical\",\"Service\":null,\"Checks\":null}"u8.ToArray();

    /// <summary>One instance, as an object.</summary>
    public Task ByIdAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, "Missing serviceID");
        }

        string id = request.ArgumentText;
        if (lookup.FindInstance(id, out Instance instance, $"ServiceId {id} not found") is { } problem)
        {
            return NotFoundAsync(request, problem.Text, Nothing);
        }

        var health = new ServiceHealth(instance);
        SetOutcome(request, ServiceHealth.CodeOf(health.Status), ServiceHealth.TextOf(health.Status));
        if (WantsText(request))
        {
            return ConsulResponse.TextAsync(request.Context, ServiceHealth.TextOf(health.Status));
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        health.Write(json);
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary>All instances of a service on this node, as an array; the code is that of the worst.</summary>
    public Task ByNameAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, "Missing service Name");
        }

        string name = request.ArgumentText;
        List<ServiceHealth> found = FindByName(name);
        if (found.Count == 0)
        {
            return NotFoundAsync(request, $"ServiceName {name} Not Found", "[]"u8.ToArray());
        }

        AggregatedStatus worst = WorstOf(found);
        SetOutcome(request, ServiceHealth.CodeOf(worst), ServiceHealth.TextOf(worst));
        if (WantsText(request))
        {
            return ConsulResponse.TextAsync(request.Context, ServiceHealth.TextOf(worst));
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        foreach (ServiceHealth health in found)
        {
            health.Write(json);
        }

        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }

    private List<ServiceHealth> FindByName(string name)
    {
        var found = new List<ServiceHealth>();
        foreach (Instance instance in catalog.InstancesOn(catalog.LocalNode))
        {
            if (!lookup.IsSelf(instance) && instance.Data.Service.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(new ServiceHealth(instance));
            }
        }

        return found;
    }

    /// <summary>The first one with the worst code: critical and maintenance share theirs.</summary>
    private static AggregatedStatus WorstOf(List<ServiceHealth> found)
    {
        AggregatedStatus worst = found[0].Status;
        foreach (ServiceHealth health in found)
        {
            worst = ServiceHealth.CodeOf(health.Status) > ServiceHealth.CodeOf(worst) ? health.Status : worst;
        }

        return worst;
    }

    private static Task NotFoundAsync(in ConsulRequest request, string reason, byte[] json)
    {
        SetOutcome(request, StatusCodes.Status404NotFound, reason);
        return WantsText(request) ? ConsulResponse.TextAsync(request.Context, reason) : ConsulResponse.JsonAsync(request, json);
    }

    private static void SetOutcome(in ConsulRequest request, int code, string reason)
    {
        HttpResponse response = request.Context.Response;
        response.StatusCode = code;
        response.Headers[ConsulHeaders.Reason] = HeaderText.Of(reason);
    }

    private static bool WantsText(in ConsulRequest request) =>
        request.Context.Request.Headers.Accept.ToString().StartsWith("text/plain", StringComparison.OrdinalIgnoreCase)
        || request.Find("format") == "text";
}
