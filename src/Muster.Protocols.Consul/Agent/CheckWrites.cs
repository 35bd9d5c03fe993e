using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Registering, removing and reporting checks through the agent.</summary>
internal sealed class CheckWrites(LiveCatalog catalog, AgentLookup lookup, TokenWarning tokens, ScriptRule scripts)
{
    /// <summary><c>PUT /v1/agent/check/register</c></summary>
    public async Task RegisterAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        DefinitionProblem? problem = ConsulDefinitions.ReadCheck(body.Bytes, scripts, out CheckRegistration? check);
        if (check is { HasToken: true })
        {
            tokens.Give();
        }

        await (problem is null ? RegisterAsync(request, check!) : WriteResponse.RefuseAsync(request, problem));
    }

    /// <summary><c>PUT /v1/agent/check/deregister/:id</c></summary>
    public Task DeregisterAsync(ConsulRequest request)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, AgentTexts.MissingCheckId);
        }

        return lookup.WithCheckAsync(
            request, (request, check) => WriteResponse.FinishAsync(request, catalog, catalog.DeregisterCheck(check.Node.Name, request.ArgumentText)));
    }

    /// <summary><c>PUT /v1/agent/check/pass/:id</c>, the heartbeat: usually it moves one deadline and that is all.</summary>
    public Task PassAsync(ConsulRequest request) =>
        TryRawNote(request, out ReadOnlySpan<char> note) && catalog.TryPass(request.Argument, note)
            ? ConsulResponse.EmptyAsync(request.Context)
            : ReportAsync(request, HealthStatus.Passing);

    /// <summary><c>PUT /v1/agent/check/warn/:id</c></summary>
    public Task WarnAsync(ConsulRequest request) => ReportAsync(request, HealthStatus.Warning);

    /// <summary><c>PUT /v1/agent/check/fail/:id</c></summary>
    public Task FailAsync(ConsulRequest request) => ReportAsync(request, HealthStatus.Critical);

    /// <summary><c>PUT /v1/agent/check/update/:id</c></summary>
    public async Task UpdateAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        if (CheckUpdateBody.Read(body.Bytes, out CheckUpdateBody update) is { } problem)
        {
            await WriteResponse.RefuseAsync(request, problem);
        }
        else if (!HealthStatusText.TryParse(update.Status, out HealthStatus known))
        {
            await WriteResponse.RefuseAsync(request, AgentTexts.InvalidStatus(update.Status));
        }
        else if (known == HealthStatus.Passing && catalog.TryPass(request.Argument, update.Output))
        {
            await ConsulResponse.EmptyAsync(request.Context);
        }
        else
        {
            await ReportAsync(request, known, update.Output);
        }
    }

    /// <summary>The note, if it can be read without decoding; a heartbeat with any other takes the longer way.</summary>
    private static bool TryRawNote(in ConsulRequest request, out ReadOnlySpan<char> note)
    {
        note = default;
        var reader = new QueryReader(request.Context.Request.QueryString.Value);
        while (reader.Read())
        {
            if (reader.Name is "note")
            {
                note = reader.RawValue;
                return !note.ContainsAny('%', '+');
            }
        }

        return true;
    }

    private Task ReportAsync(in ConsulRequest request, HealthStatus status) => ReportAsync(request, status, request.Find("note") ?? "");

    private Task ReportAsync(in ConsulRequest request, HealthStatus status, string output)
    {
        if (request.Argument.IsEmpty)
        {
            return WriteResponse.RefuseAsync(request, AgentTexts.MissingCheckId);
        }

        return lookup.WithCheckAsync(
            request, (request, check) => WriteResponse.FinishAsync(
                request, catalog, catalog.ReportCheck(check.Node.Name, request.ArgumentText, status, output, ReportKind.Ttl)));
    }

    private Task RegisterAsync(ConsulRequest request, CheckRegistration check)
    {
        string node = catalog.LocalNode.Name;
        HealthStatus? status = check.HasStatus ? check.Check.InitialStatus : null;
        if (check.ServiceId.Length == 0)
        {
            return check.Check.Id == AgentLookup.SelfCheck
                ? WriteResponse.RefuseAsync(request, "Validation failed: the check ID \"serfHealth\" is the server's own")
                : WriteResponse.FinishAsync(request, catalog, catalog.RegisterCheck(node, null, check.Check, status, null));
        }

        return lookup.WithInstanceAsync(
            request, check.ServiceId, AgentTexts.NoSuchServiceForCheck(check.ServiceId), (request, instance) => WriteResponse.FinishAsync(
                request, catalog, catalog.RegisterCheck(instance.Node.Name, check.ServiceId, check.Check, status, null)));
    }
}
