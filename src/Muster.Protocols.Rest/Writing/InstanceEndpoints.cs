using System.Globalization;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>What an instance does for itself: register, renew, drain, deregister.</summary>
internal sealed class InstanceEndpoints(Catalog.Catalog catalog, RestOptions options)
{
    private readonly InstanceRegistrar _registrar = new(catalog);

    public async Task RegisterAsync(RestCall call)
    {
        HttpContext context = call.Context;
        if (await RequestBody.ReadAsync(call, options.MaxBodyBytes) is not { } body)
        {
            return;
        }

        var errors = new FieldErrors();
        if (RequestBody.Parse(body, errors, RegistrationReader.Read) is not { } registration)
        {
            await Problems.InvalidRequest.WriteAsync(context, errors);
            return;
        }

        RegistrationOutcome outcome = _registrar.Register(registration);
        if (outcome.Failure is { } failure)
        {
            await failure.WriteAsync(context);
            return;
        }

        await Durability.AwaitAsync(catalog, context, outcome.Sequence);
        await AnswerAsync(call, outcome.Node, registration.Instance.Id, outcome.IsNew);
    }

    public Task RenewAsync(RestCall call) => ActAsync(call, static (catalog, instance, id, epoch) => catalog.Renew(instance.Node.Name, id, epoch));

    public Task DeregisterAsync(RestCall call) =>
        ActAsync(call, static (catalog, instance, id, epoch) => catalog.Deregister(instance.Node.Name, id, "deregistered through the REST API", epoch));

    public async Task DrainAsync(RestCall call)
    {
        string reason = call.Parameter("reason") ?? "";
        if (StateChange.WhyNoReason(reason) is { } message)
        {
            var errors = new FieldErrors();
            errors.Add("reason", message);
            await Problems.InvalidRequest.WriteAsync(call.Context, errors);
            return;
        }

        await ActAsync(call, (catalog, instance, id, epoch) => catalog.SetState(instance.Node.Name, id, InstanceState.Draining, reason, epoch));
    }

    public Task EndDrainAsync(RestCall call) =>
        ActAsync(call, static (catalog, instance, id, epoch) => catalog.ClearState(instance.Node.Name, id, only: InstanceState.Draining, epoch));

    public async Task SetStateAsync(RestCall call)
    {
        if (await RequestBody.ReadAsync(call, options.MaxBodyBytes) is not { } body)
        {
            return;
        }

        var errors = new FieldErrors();
        if (RequestBody.Parse(body, errors, StateChange.Read) is not { } change)
        {
            await Problems.InvalidRequest.WriteAsync(call.Context, errors);
            return;
        }

        await ActAsync(call, (catalog, instance, id, epoch) => catalog.SetState(instance.Node.Name, id, change.State, change.Reason, epoch));
    }

    public Task ClearStateAsync(RestCall call) =>
        ActAsync(call, static (catalog, instance, id, epoch) => catalog.ClearState(instance.Node.Name, id, epoch: epoch));

    /// <summary>Does something to the one instance a path names; whether the epoch allows it is the catalog's to decide.</summary>
    private async Task ActAsync(RestCall call, Func<Catalog.Catalog, Instance, string, long, CommandResult> act)
    {
        var errors = new FieldErrors();
        long epoch = ReadEpoch(call, errors);
        if (errors.Any)
        {
            await Problems.InvalidRequest.WriteAsync(call.Context, errors);
            return;
        }

        if (await InstanceLookup.FindAsync(catalog, call) is not { } instance)
        {
            return;
        }

        CommandResult result = act(catalog, instance, call.Arguments[0], epoch);
        if (!result.Ok)
        {
            await Refusals.Of(result, call.Arguments[0]).WriteAsync(call.Context);
            return;
        }

        await Durability.AwaitAsync(catalog, call.Context, result.Sequence);
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AnswerAsync(RestCall call, string node, string id, bool isNew)
    {
        Instance? instance = catalog.FindNode(node) is { } home ? catalog.FindInstance(home, id) : null;
        if (instance is null)
        {
            // somebody removed it in the meantime; what was asked for did happen
            call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (isNew)
        {
            call.Context.Response.Headers.Location =
                $"{RestApi.Prefix}services/{Uri.EscapeDataString(instance.Data.Service)}/instances/{Uri.EscapeDataString(id)}";
        }

        int status = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await call.WriteJsonAsync(status, json => InstanceJson.Write(json, instance));
    }

    private static long ReadEpoch(RestCall call, FieldErrors errors)
    {
        string? text = call.Parameter("epoch");
        if (text is null)
        {
            return 0;
        }

        bool isEpoch = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch)
            && epoch <= InstanceDefinition.MaxEpoch;
        if (!isEpoch)
        {
            errors.Add("epoch", $"must be from 0 to {InstanceDefinition.MaxEpoch}, got \"{text}\"");
        }

        return epoch;
    }
}
