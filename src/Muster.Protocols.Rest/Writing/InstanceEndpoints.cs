using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Writing: register, renew, deregister.</summary>
internal sealed class InstanceEndpoints(Catalog.Catalog catalog, RestOptions options)
{
    private const string Cause = "through the REST API";
    private const string DurabilityHeader = "Muster-Durability";

    public async Task RegisterAsync(RestCall call)
    {
        HttpContext context = call.Context;
        if (!context.Request.HasJsonContentType())
        {
            await Problems.NotJson.WriteAsync(context, "send the registration with Content-Type: application/json");
            return;
        }

        if (await call.ReadBodyAsync(options.MaxBodyBytes) is not { } body)
        {
            await Problems.TooLarge.WriteAsync(context, $"the body must be at most {options.MaxBodyBytes} bytes");
            return;
        }

        var errors = new FieldErrors();
        Registration? registration = RegistrationReader.Read(body, errors);
        Node? home = registration?.Node is { } named ? catalog.FindNode(named) : catalog.LocalNode;
        if (registration is not null && home is null && registration.Instance.Address.Length == 0)
        {
            errors.Add("address", $"is required: the node \"{registration.Node}\" is not known yet and takes the instance's address");
        }

        if (registration is null || errors.Any)
        {
            await Problems.InvalidRequest.WriteAsync(context, errors);
            return;
        }

        string node = home?.Name ?? registration.Node!;
        InstanceDefinition instance = registration.Instance;
        if (home is null && catalog.FindInstances(instance.Id) is [Instance holder, ..])
        {
            // Before a node is made for nothing; the command below looks again.
            await Problems.IdTaken.WriteAsync(context, $"\"{instance.Id}\" is an instance of \"{holder.Data.Service}\" on node \"{holder.Node.Name}\"");
            return;
        }

        Instance? before = home is null ? null : catalog.FindInstance(home, instance.Id);
        CommandResult result = Register(node, home, registration);
        if (!result.Ok)
        {
            await RefuseAsync(call, result);
            return;
        }

        await AwaitDiskAsync(call, result);
        await AnswerAsync(call, node, instance.Id, isNew: before is null);
    }

    public async Task RenewAsync(RestCall call)
    {
        if (await InstanceLookup.FindAsync(catalog, call) is { } instance)
        {
            CommandResult result = catalog.Renew(instance.Node.Name, call.Arguments[0]);
            await FinishAsync(call, result);
        }
    }

    public async Task DeregisterAsync(RestCall call)
    {
        if (await InstanceLookup.FindAsync(catalog, call) is { } instance)
        {
            CommandResult result = catalog.Deregister(instance.Node.Name, call.Arguments[0], "deregistered " + Cause);
            await FinishAsync(call, result);
        }
    }

    private CommandResult Register(string node, Node? home, Registration registration)
    {
        if (home is null)
        {
            CommandResult made = catalog.RegisterNode(new NodeDefinition
            {
                Name = node,
                Address = registration.Instance.Address,
                Datacenter = catalog.Options.Datacenter,
            });
            if (!made.Ok)
            {
                return made;
            }
        }

        return catalog.RegisterUnique(node, registration.Instance, registration.Checks, replaceExistingChecks: true, "registered " + Cause);
    }

    private async Task FinishAsync(RestCall call, CommandResult result)
    {
        if (!result.Ok)
        {
            await RefuseAsync(call, result);
            return;
        }

        await AwaitDiskAsync(call, result);
        call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// A disk that fails must not keep services from registering: the change is in effect and acknowledged, and the answer
    /// says that a restart may lose it.
    /// </summary>
    private async ValueTask AwaitDiskAsync(RestCall call, CommandResult result)
    {
        if (!await catalog.WaitDurableAsync(result.Sequence))
        {
            call.Context.Response.Headers[DurabilityHeader] = "degraded";
        }
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

    private static Task RefuseAsync(RestCall call, CommandResult result)
    {
        switch (result.Error)
        {
            case CatalogError.NoLease:
                return Problems.NoLease.WriteAsync(call.Context, $"\"{call.Arguments[0]}\" was registered without leaseSeconds, there is nothing to renew");
            case CatalogError.LimitReached:
                call.Context.Response.Headers.RetryAfter = "10";
                return Problems.LimitReached.WriteAsync(call.Context, result.Detail ?? "");
            case CatalogError.TooLarge:
                return Problems.TooLarge.WriteAsync(call.Context, result.Detail ?? "");
            case CatalogError.StaleEpoch:
                return new Failure(Problems.StaleEpoch, result.Detail ?? "") { CurrentEpoch = result.CurrentEpoch }.WriteAsync(call.Context);
            case CatalogError.IdTaken:
                return Problems.IdTaken.WriteAsync(call.Context, result.Detail ?? "");
            case CatalogError.UnknownInstance or CatalogError.UnknownNode:
                // gone between looking it up and acting on it
                return Problems.UnknownInstance.WriteAsync(call.Context, $"no instance \"{result.Detail}\" is registered");
            default:
                return Problems.InvalidRequest.WriteAsync(call.Context, result.Detail ?? result.Error.ToString());
        }
    }
}
