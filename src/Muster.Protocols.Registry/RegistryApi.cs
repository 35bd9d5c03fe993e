using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Registry;

/// <summary>
/// The small registry: four calls that any program can make without a library. What it promises is written in
/// <c>docs/reference/registry-api.md</c>.
/// </summary>
/// <remarks>Thread-safe. Every instance has a lease here, so that what dies leaves by itself.</remarks>
public sealed class RegistryApi(Catalog.Catalog catalog)
{
    private const int MaxBodyBytes = 64 * 1024;
    private const string RegisterPath = "/register", HeartbeatPath = "/heartbeat/", InstancesPath = "/instances/";

    /// <summary>Method and path of every endpoint, for authorization and tests to enumerate.</summary>
    public static IReadOnlyList<(string Method, string Pattern)> Endpoints { get; } =
        [("POST", RegisterPath), ("PUT", HeartbeatPath + "*"), ("GET", InstancesPath + "*"), ("DELETE", InstancesPath + "*")];

    /// <summary>Whether a path belongs to this dialect.</summary>
    public static bool Takes(string path) =>
        path == RegisterPath || path.StartsWith(HeartbeatPath, StringComparison.Ordinal) || path.StartsWith(InstancesPath, StringComparison.Ordinal);

    /// <summary>Answers 429 in this dialect's form; headers that say when to try again are the caller's.</summary>
    public static Task RefuseAsync(HttpContext context, string reason) =>
        RegistryJson.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, reason, []);

    /// <summary>Answers 503 in this dialect's form, for a server that has no list to answer from yet.</summary>
    public static Task RefuseUnreadyAsync(HttpContext context, string reason) =>
        RegistryJson.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, reason, []);

    /// <summary>Answers a request whose path this dialect <see cref="Takes"/>.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        string path = context.Request.Path.Value ?? "";
        if (path == RegisterPath)
        {
            return HttpMethods.IsPost(context.Request.Method) ? RegisterAsync(context) : RefuseMethodAsync(context, "POST");
        }

        bool isHeartbeat = path.StartsWith(HeartbeatPath, StringComparison.Ordinal);
        if (NameIn(context, isHeartbeat ? HeartbeatPath : InstancesPath) is not { } name)
        {
            return RegistryJson.WriteErrorAsync(context, StatusCodes.Status404NotFound, $"there is nothing at {path}", []);
        }

        return (isHeartbeat, context.Request.Method) switch
        {
            (true, "PUT") => HeartbeatAsync(context, name),
            (true, _) => RefuseMethodAsync(context, "PUT"),
            (_, "GET" or "HEAD") => ListAsync(context, name),
            (_, "DELETE") => RemoveAsync(context, name),
            _ => RefuseMethodAsync(context, "GET, DELETE"),
        };
    }

    private async Task RegisterAsync(HttpContext context)
    {
        if (IsOfAnotherSitesPage(context.Request))
        {
            await RegistryJson.WriteErrorAsync(context, StatusCodes.Status403Forbidden, "pages of other sites may not register", []);
            return;
        }

        if (await ReadBodyAsync(context) is not { } body)
        {
            await RegistryJson.WriteErrorAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body must be at most {MaxBodyBytes} bytes", []);
            return;
        }

        var errors = new List<FieldError>();
        if (RegistrationReader.Read(body, errors) is not { } definition)
        {
            await RegistryJson.WriteErrorAsync(context, StatusCodes.Status400BadRequest, "the registration is not valid", errors);
            return;
        }

        Node home = catalog.HomeOf(definition.Id, definition.Service);
        bool isNew = catalog.FindInstance(home, definition.Id) is null;
        CommandResult result = catalog.RegisterUnique(home.Name, definition, [], replaceExistingChecks: false, "registered through the small registry");
        if (!result.Ok)
        {
            await RefuseAsync(context, result, definition.Id);
            return;
        }

        await AwaitDiskAsync(context, result);
        await AnswerAsync(context, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, catalog.FindInstance(home, definition.Id));
    }

    /// <summary>
    /// Browsers send the forms of any page to any server they reach, and say whose page it is. They ask before they send
    /// other methods, and are not answered, so registering is all that needs this.
    /// </summary>
    private static bool IsOfAnotherSitesPage(HttpRequest request) =>
        request.Headers.Origin is { Count: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private async Task HeartbeatAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id) is not { } instance)
        {
            return;
        }

        CommandResult result = catalog.Renew(instance.Node.Name, id);
        if (result.Ok && instance.State == InstanceState.Starting)
        {
            // the first sign of life of one that said that it was not ready yet: no heartbeat any more, but a change
            result = catalog.EndStarting(instance.Node.Name, id, "first heartbeat");
            await AwaitDiskAsync(context, result);
        }

        if (!result.Ok)
        {
            await RefuseAsync(context, result, id);
            return;
        }

        await AnswerAsync(context, StatusCodes.Status200OK, catalog.FindInstance(instance.Node, id));
    }

    private async Task RemoveAsync(HttpContext context, string id)
    {
        if (await FindAsync(context, id) is not { } instance)
        {
            return;
        }

        CommandResult result = catalog.Deregister(instance.Node.Name, id, "deregistered through the small registry");
        if (!result.Ok)
        {
            await RefuseAsync(context, result, id);
            return;
        }

        await AwaitDiskAsync(context, result);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task ListAsync(HttpContext context, string service)
    {
        ServiceSnapshot? snapshot = catalog.FindService(service);
        return RegistryJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("service_name", snapshot?.Name ?? service);
            json.WriteStartArray("instances");
            foreach (Instance instance in snapshot is null ? default : snapshot.Instances)
            {
                if (instance.Status != HealthStatus.Critical)
                {
                    RegistryJson.WriteInstance(json, instance, catalog.LastHeartbeatOf(instance));
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Ids are unique in the whole registry here; Consul's API allows the same on two nodes, and then this dialect cannot tell them apart.</summary>
    private async ValueTask<Instance?> FindAsync(HttpContext context, string id)
    {
        IReadOnlyList<Instance> found = catalog.FindHolders(id);
        if (found.Count == 0)
        {
            // on a cluster it may be on its way from the server it was registered through
            await catalog.ArrivesAsync(catalog.InstancesPoint, () => (found = catalog.FindHolders(id)).Count > 0);
        }

        if (found.Count == 1)
        {
            return found[0];
        }

        await (found.Count == 0
            ? RegistryJson.WriteErrorAsync(context, StatusCodes.Status404NotFound, $"no instance \"{id}\" is registered: register again", [])
            : RegistryJson.WriteErrorAsync(context, StatusCodes.Status409Conflict, $"several nodes have an instance \"{id}\"", [new("instance_id", "must be unique in the registry")]));
        return null;
    }

    private Task AnswerAsync(HttpContext context, int status, Instance? instance)
    {
        if (instance is null)
        {
            // somebody removed it in the meantime; what was asked for did happen
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return RegistryJson.WriteAsync(context, status, json => RegistryJson.WriteInstance(json, instance, catalog.LastHeartbeatOf(instance)));
    }

    private async ValueTask AwaitDiskAsync(HttpContext context, CommandResult result)
    {
        if (!await catalog.WaitDurableAsync(result.Sequence))
        {
            context.Response.Headers["Muster-Durability"] = "degraded";
        }
    }

    private static Task RefuseAsync(HttpContext context, CommandResult result, string id)
    {
        switch (result.Error)
        {
            case CatalogError.UnknownInstance or CatalogError.UnknownNode:
                return RegistryJson.WriteErrorAsync(context, StatusCodes.Status404NotFound, $"no instance \"{id}\" is registered: register again", []);
            case CatalogError.IdTaken:
                return RegistryJson.WriteErrorAsync(
                    context, StatusCodes.Status409Conflict, result.Detail!, [new("instance_id", "must be unique in the registry")]);
            case CatalogError.NoLease:
                return RegistryJson.WriteErrorAsync(
                    context, StatusCodes.Status409Conflict, $"\"{id}\" was registered in another way, without a lease: there is nothing to renew", []);
            case CatalogError.LimitReached:
                context.Response.Headers.RetryAfter = "10";
                return RegistryJson.WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, result.Detail!, []);
            case CatalogError.TooLarge:
                return RegistryJson.WriteErrorAsync(context, StatusCodes.Status413PayloadTooLarge, result.Detail!, []);
            default:
                return RegistryJson.WriteErrorAsync(context, StatusCodes.Status400BadRequest, result.Detail ?? result.Error.ToString(), []);
        }
    }

    private static Task RefuseMethodAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return RegistryJson.WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} takes {allowed}", []);
    }

    /// <summary>The one segment behind a prefix, null when there is none or more.</summary>
    private static string? NameIn(HttpContext context, string prefix)
    {
        // The raw target tells an encoded slash from a real one; a target in another form has only the decoded path.
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        bool raw = target.StartsWith(prefix, StringComparison.Ordinal);
        string name = raw ? target[prefix.Length..].Split('?')[0] : context.Request.Path.Value![prefix.Length..];
        return name.Length == 0 || name.Contains('/', StringComparison.Ordinal) ? null : raw ? Uri.UnescapeDataString(name) : name;
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        byte[] body = new byte[(int)Math.Min(context.Request.ContentLength ?? 4096, MaxBodyBytes) + 1];
        int length = 0, read;
        while ((read = await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted)) > 0)
        {
            length += read;
            if (length > MaxBodyBytes)
            {
                return null;
            }

            if (length == body.Length)
            {
                Array.Resize(ref body, Math.Min(body.Length * 2, MaxBodyBytes + 1));
            }
        }

        return body.AsMemory(0, length);
    }
}
