using System.Diagnostics;

namespace Muster.Client.Http;

/// <summary>
/// Sends requests for <c>http://payments</c>, <c>https+http://payments</c> or <c>http://_admin.payments</c> to an instance of the
/// service: picks one, puts its address into the request, reports how the call went, and tries another instance when that is
/// safe. Requests for other hosts pass through untouched.
/// </summary>
/// <remarks>
/// It holds nothing but the client, so a factory may make and drop handlers as it likes. Put handlers that retry, hedge or time
/// out outside of it: each of their attempts picks anew, and avoids the instances that failed the request before.
/// </remarks>
public sealed class DiscoveryHandler : DelegatingHandler
{
    private readonly RouteTable _routes;

    /// <summary>Makes a handler without an inner one; a factory or the caller sets it.</summary>
    public DiscoveryHandler(MusterClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _routes = client.Routes;
    }

    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ServiceRoute? route = _routes.Find(request.RequestUri);
        if (route is null)
        {
            return base.SendAsync(request, cancellationToken);
        }

        return route.Handle.View.IsKnown && !DiscoveryActivity.IsListenedTo
            ? SendToServiceAsync(request, route, cancellationToken)
            : WaitAndSendAsync(request, route, cancellationToken);
    }

    /// <inheritdoc />
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ServiceRoute? route = _routes.Find(request.RequestUri);
        if (route is null)
        {
            return base.Send(request, cancellationToken);
        }

        using Activity? activity = DiscoveryActivity.Start(route);
        try
        {
            if (!route.Handle.View.IsKnown)
            {
                route.Handle.GetAsync(cancellationToken).AsTask().GetAwaiter().GetResult();
            }

            return SendToService(request, route, cancellationToken);
        }
        catch (Exception failure)
        {
            DiscoveryActivity.Fail(activity, failure);
            throw;
        }
    }

    private HttpResponseMessage SendToService(HttpRequestMessage request, ServiceRoute route, CancellationToken cancellationToken)
    {
        TargetUris? target = route.PickFirst(request);
        RetryCount retries = default;
        while (true)
        {
            var attempt = new Attempt(request, route, target, retries);
            HttpResponseMessage response;
            try
            {
                response = base.Send(request, cancellationToken);
            }
            catch (Exception failure)
            {
                target = attempt.End(request, route, ref retries, failure, cancellationToken);
                if (target is null)
                {
                    throw;
                }

                continue;
            }

            target = attempt.End(request, route, ref retries, response, cancellationToken);
            if (target is null)
            {
                return response;
            }
        }
    }

    private async Task<HttpResponseMessage> WaitAndSendAsync(HttpRequestMessage request, ServiceRoute route, CancellationToken cancellationToken)
    {
        using Activity? activity = DiscoveryActivity.Start(route);
        try
        {
            await route.Handle.GetAsync(cancellationToken).ConfigureAwait(false);
            return await SendToServiceAsync(request, route, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            DiscoveryActivity.Fail(activity, failure);
            throw;
        }
    }

    /// <remarks>What lives across the one await is what a call costs in memory: hence no try block, and no second await.</remarks>
    private async Task<HttpResponseMessage> SendToServiceAsync(HttpRequestMessage request, ServiceRoute route, CancellationToken cancellationToken)
    {
        TargetUris target = route.PickFirst(request);
        RetryCount retries = default;
        while (true)
        {
            var attempt = new Attempt(request, route, target, retries);
            Task<HttpResponseMessage> sending = TrySendAsync(request, cancellationToken);
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TargetUris? next = attempt.End(request, route, ref retries, sending, cancellationToken);
            if (next is null)
            {
                return sending.GetAwaiter().GetResult();
            }

            target = next;
        }
    }

    /// <summary>Sends; also what an inner handler throws at once comes with the task.</summary>
    private Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return base.SendAsync(request, cancellationToken);
        }
        catch (Exception failure)
        {
            return Task.FromException<HttpResponseMessage>(failure);
        }
    }
}
