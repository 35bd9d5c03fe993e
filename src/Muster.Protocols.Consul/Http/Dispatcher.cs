using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Muster.Protocols.Consul.Metrics;

namespace Muster.Protocols.Consul.Http;

/// <summary>
/// From a request to its handler: finds the route, checks the method, reads the shared parameters, refuses what no
/// endpoint accepts, and notes how long it took. A served request allocates nothing here.
/// </summary>
internal sealed partial class Dispatcher(
    RouteTable routes, string datacenter, bool translatesAddresses, bool isOneOfSeveral, TokenWarning tokens, TimeProvider time, ILogger logger)
{
    /// <summary>Answers a request whose path starts with <c>/v1/</c> (others get the 404 that says so).</summary>
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        if (!routes.TryFind(path, out Route? route, out int argument))
        {
            return RefusePathAsync(context, path);
        }

        if (translatesAddresses)
        {
            context.Response.Headers[ConsulHeaders.TranslateAddresses] = ConsulHeaders.True;
        }

        HttpVerbs verb = VerbOf(request.Method);
        if ((verb & route.Verbs) == HttpVerbs.None)
        {
            return RefuseMethodAsync(context, route);
        }

        if (argument < path.Length && path.IndexOf('%', argument) >= 0)
        {
            path = PercentEncoding.DecodeArgument(path, argument, context.Features.Get<IHttpRequestFeature>()?.RawTarget);
        }

        QueryParameters query = QueryParametersParser.Parse(request.QueryString.Value, datacenter);
        if (query.Refusal is not null || HasForeignNamespace(request.Headers))
        {
            return ConsulResponse.ErrorAsync(context, StatusCodes.Status400BadRequest, query.Refusal ?? Refusals.NamespaceHeader);
        }

        if (!tokens.Given)
        {
            WarnOfToken(query.HasToken, request.Headers);
        }

        if (isOneOfSeveral)
        {
            // what any of several servers knows by itself is what Consul calls stale, whatever was asked for
            query = query with { Consistency = Consistency.Stale };
        }

        return HandleAsync(route, new ConsulRequest(context, path, argument, query), route.TimingOf(verb));
    }

    private Task HandleAsync(Route route, in ConsulRequest request, RouteTiming timing)
    {
        long began = time.GetTimestamp();
        try
        {
            Task answer = route.Handler(request);
            if (!answer.IsCompletedSuccessfully)
            {
                return GuardAsync(answer, request.Context, timing, began);
            }

            timing.Observe(time, began);
            return answer;
        }
        catch (Exception bug)
        {
            return FailAsync(request.Context, bug);
        }
    }

    private async Task GuardAsync(Task answer, HttpContext context, RouteTiming timing, long began)
    {
        try
        {
            await answer;
            timing.Observe(time, began);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client went away: nobody is left to answer
        }
        catch (Exception bug)
        {
            await FailAsync(context, bug);
        }
    }

    private Task FailAsync(HttpContext context, Exception bug)
    {
        LogFailure(logger, bug, context.Request.Method, context.Request.Path.Value);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return ConsulResponse.ErrorAsync(context, StatusCodes.Status500InternalServerError, Refusals.Internal);
    }

    private static Task RefusePathAsync(HttpContext context, string path)
    {
        if (path.Contains("//", StringComparison.Ordinal))
        {
            // clients whose base address ends in a slash live by this redirect of Consul's
            context.Response.Headers.Location = WithoutEmptySegments(path).ToUriComponent() + context.Request.QueryString.ToUriComponent();
            return ConsulResponse.ErrorAsync(context, StatusCodes.Status301MovedPermanently, Refusals.Moved);
        }

        bool isApi = path.Contains("/v1/", StringComparison.Ordinal);
        return ConsulResponse.ErrorAsync(context, StatusCodes.Status404NotFound, isApi ? Refusals.UnknownPath : Refusals.NotAnApiPath);
    }

    private static PathString WithoutEmptySegments(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
        {
            path = path.Replace("//", "/", StringComparison.Ordinal);
        }

        return path;
    }

    private static Task RefuseMethodAsync(HttpContext context, Route route)
    {
        context.Response.Headers.Allow = route.Allow;
        return HttpMethods.IsOptions(context.Request.Method)
            ? ConsulResponse.EmptyAsync(context)
            : ConsulResponse.ErrorAsync(
                context, StatusCodes.Status405MethodNotAllowed, $"method {context.Request.Method} not allowed");
    }

    private static HttpVerbs VerbOf(string method) =>
        HttpMethods.IsGet(method) ? HttpVerbs.Get
        : HttpMethods.IsPut(method) ? HttpVerbs.Put
        : HttpMethods.IsPost(method) ? HttpVerbs.Post
        : HttpMethods.IsDelete(method) ? HttpVerbs.Delete
        : HttpVerbs.None;

    private static bool HasForeignNamespace(IHeaderDictionary headers) =>
        headers.TryGetValue(ConsulHeaders.Namespace, out StringValues name)
        && !StringValues.IsNullOrEmpty(name) && name != "default";

    private void WarnOfToken(bool hasToken, IHeaderDictionary headers)
    {
        if (hasToken || headers.ContainsKey(ConsulHeaders.Token) || !StringValues.IsNullOrEmpty(headers.Authorization))
        {
            tokens.Give();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A bug made {Method} {Path} fail")]
    private static partial void LogFailure(ILogger logger, Exception bug, string method, string? path);
}
