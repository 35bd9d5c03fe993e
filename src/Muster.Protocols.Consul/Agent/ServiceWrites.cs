using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Registering and removing services through the agent. What is registered lives on this server's own node.</summary>
internal sealed class ServiceWrites(LiveCatalog catalog, AgentRegistrar registrar, AgentLookup lookup, TokenWarning tokens, ScriptRule scripts)
{
    private const string RegisterCause = "registered through the Consul agent API";
    private const string DeregisterCause = "deregistered through the Consul agent API";
    private const string ReplaceChecks = "replace-existing-checks";

    /// <summary><c>PUT /v1/agent/service/register</c></summary>
    public async Task RegisterAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        if (ConsulDefinitions.ReadService(body.Bytes, scripts, out ServiceRegistration? service) is { } problem)
        {
            await WriteResponse.RefuseAsync(request, problem);
            return;
        }

        if (service!.Instance.Id == AgentLookup.SelfService)
        {
            await WriteResponse.RefuseAsync(request, "Validation failed: the service ID \"consul\" is the server's own");
            return;
        }

        if (service.HasToken)
        {
            tokens.Give();
        }

        bool replace = request.Find(ReplaceChecks) is "" or "true";
        await WriteResponse.FinishAsync(request, catalog, registrar.Register(service, replace, RegisterCause));
    }

    /// <summary><c>PUT /v1/agent/service/deregister/:id</c></summary>
    public Task DeregisterAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, AgentTexts.MissingServiceId);
        }

        string id = request.ArgumentText;
        return lookup.WithInstanceAsync(
            request, id, AgentTexts.UnknownService(id),
            (request, instance) => WriteResponse.FinishAsync(request, catalog, catalog.Deregister(instance.Node.Name, id, DeregisterCause)));
    }
}
