using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul.Http;

/// <summary>How writes end: acknowledged once they are on disk, or refused.</summary>
internal static class WriteResponse
{
    /// <summary>The largest body of a write: 512 KiB.</summary>
    public const int LargestBody = 512 * 1024;

    private const string DurabilityHeader = "Muster-Durability";

    private static readonly byte[] TrueJson = "true"u8.ToArray();

    /// <summary>200 with an empty body, once what the command wrote is durable; or what the catalog objected to.</summary>
    public static Task FinishAsync(ConsulRequest request, LiveCatalog catalog, CommandResult result)
    {
        if (!result.Ok)
        {
            return RefuseAsync(request, result);
        }

        // A log that has lost its disk says so, here and in the server's health; it does not refuse membership.
        ValueTask<bool> durable = catalog.WaitDurableAsync(result.Sequence);
        if (!durable.IsCompletedSuccessfully)
        {
            return AwaitAsync(request, durable);
        }

        Tell(request, durable.GetAwaiter().GetResult());
        return ConsulResponse.EmptyAsync(request.Context);
    }

    /// <summary>As <see cref="FinishAsync"/>, with the JSON body <c>true</c>.</summary>
    public static async Task FinishTrueAsync(ConsulRequest request, LiveCatalog catalog, CommandResult result)
    {
        if (!result.Ok)
        {
            await RefuseAsync(request, result);
            return;
        }

        Tell(request, await catalog.WaitDurableAsync(result.Sequence));
        await ConsulResponse.JsonAsync(request, TrueJson);
    }

    /// <summary>A definition that was refused.</summary>
    public static Task RefuseAsync(ConsulRequest request, DefinitionProblem problem) =>
        ConsulResponse.ErrorAsync(request.Context, problem.StatusCode, problem.Text);

    /// <summary>A bad request.</summary>
    public static Task RefuseAsync(ConsulRequest request, string text) =>
        ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status400BadRequest, text);

    /// <summary>A command that the catalog refused.</summary>
    public static Task RefuseAsync(ConsulRequest request, CommandResult result)
    {
        string detail = result.Detail ?? "";
        (int status, string text) = result.Error switch
        {
            CatalogError.UnknownNode => (StatusCodes.Status500InternalServerError, "Missing node registration"),
            CatalogError.UnknownInstance => (StatusCodes.Status500InternalServerError, "Missing service registration"),
            CatalogError.UnknownCheck => (StatusCodes.Status404NotFound, Agent.AgentTexts.UnknownCheck(detail)),
            CatalogError.NotTtlCheck => (StatusCodes.Status500InternalServerError, Agent.AgentTexts.NotTtl(detail)),
            CatalogError.LimitReached => (StatusCodes.Status429TooManyRequests, "Limit reached: " + detail),
            CatalogError.TooLarge => (StatusCodes.Status413PayloadTooLarge, "Too large: " + detail),
            _ => (StatusCodes.Status400BadRequest, detail),
        };
        return ConsulResponse.ErrorAsync(request.Context, status, text);
    }

    /// <summary>Answers for a body that did not arrive whole.</summary>
    public static Task RefuseBodyAsync(ConsulRequest request, RequestBodyResult result) =>
        result == RequestBodyResult.TooLarge
            ? ConsulResponse.ErrorAsync(
                request.Context, StatusCodes.Status413PayloadTooLarge, $"Request body too large, max size: {LargestBody} bytes.")
            : ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status400BadRequest, Refusals.BrokenBody);

    private static async Task AwaitAsync(ConsulRequest request, ValueTask<bool> durable)
    {
        Tell(request, await durable);
        await ConsulResponse.EmptyAsync(request.Context);
    }

    private static void Tell(ConsulRequest request, bool isDurable)
    {
        if (!isDurable)
        {
            request.Context.Response.Headers[DurabilityHeader] = "degraded";
        }
    }
}
