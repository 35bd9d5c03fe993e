using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Maintenance mode: an operator takes an instance, or this whole node, out of the healthy answers.</summary>
internal sealed class MaintenanceWrites(LiveCatalog catalog, AgentLookup lookup)
{
    /// <summary><c>PUT /v1/agent/maintenance</c></summary>
    public Task NodeAsync(ConsulRequest request)
    {
        if (ReadEnable(request, out bool enable) is { } problem)
        {
            return WriteResponse.RefuseAsync(request, problem);
        }

        string reason = Reason(request, AgentTexts.NoNodeReason);
        return WriteResponse.FinishAsync(request, catalog, catalog.SetMaintenance(catalog.LocalNode.Name, null, enable, reason));
    }

    /// <summary><c>PUT /v1/agent/service/maintenance/:id</c></summary>
    public Task ServiceAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, AgentTexts.MissingServiceId);
        }

        if (ReadEnable(request, out bool enable) is { } problem)
        {
            return WriteResponse.RefuseAsync(request, problem);
        }

        string id = request.ArgumentText;
        string reason = Reason(request, AgentTexts.NoServiceReason);
        return lookup.WithInstanceAsync(
            request, id, AgentTexts.UnknownService(id),
            (request, instance) => WriteResponse.FinishAsync(request, catalog, catalog.SetMaintenance(instance.Node.Name, id, enable, reason)));
    }

    private static string Reason(in ConsulRequest request, string absent) => request.Find("reason") is { Length: > 0 } reason ? reason : absent;

    private static string? ReadEnable(in ConsulRequest request, out bool enable)
    {
        enable = false;
        switch (request.Find("enable"))
        {
            case null or "":
                return AgentTexts.MissingEnable;
            case "1" or "t" or "T" or "true" or "TRUE" or "True":
                enable = true;
                return null;
            case "0" or "f" or "F" or "false" or "FALSE" or "False":
                return null;
            case { } other:
                return AgentTexts.InvalidEnable(other);
        }
    }
}
