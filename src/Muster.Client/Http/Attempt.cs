using System.Net;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>One attempt of a request: the request points to a target while it lasts, and is as it was afterwards.</summary>
internal struct Attempt
{
    private readonly Uri _original;
    private readonly bool _hasOurHost;
    private Call _call;

    /// <summary>Points the request to the target and begins the call.</summary>
    public Attempt(HttpRequestMessage request, ServiceRoute route, TargetUris to, RetryCount retries)
    {
        _original = request.RequestUri!;
        request.RequestUri = to.Rewrite(_original, route.Authority.Length);

        // asking a request for its headers makes some, so not without need
        if (to.Endpoint!.Value.Host is { } host && request.Headers.Host is null)
        {
            request.Headers.Host = host;
            _hasOurHost = true;
        }

        if (DiscoveryActivity.IsListenedTo)
        {
            DiscoveryActivity.SetTarget(to, retries.Made);
        }

        _call = to.Target.Begin();
    }

    /// <summary>Ends the attempt with what the inner handlers' task came to. Returns where to try again; null for the caller to have it.</summary>
    public TargetUris? End(HttpRequestMessage request, ServiceRoute route, ref RetryCount retries, Task<HttpResponseMessage> sent, CancellationToken cancellationToken) =>
        sent.IsCompletedSuccessfully
            ? End(request, route, ref retries, sent.Result, cancellationToken)
            : End(request, route, ref retries, sent.Exception?.InnerException ?? new TaskCanceledException(sent), cancellationToken);

    /// <summary>Ends the attempt with a response, which is disposed if the request is tried again.</summary>
    public TargetUris? End(HttpRequestMessage request, ServiceRoute route, ref RetryCount retries, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Restore(request);
        if (response.StatusCode < HttpStatusCode.InternalServerError)
        {
            if (BodyObservation.IsWorthwhile(request, response))
            {
                response.Content = new ObservedBody(response, _call.Respond());
            }

            _call.Complete(CallResult.Success);
            return null;
        }

        TargetUris? next = Report(request, CallOutcome.Of(response.StatusCode)) && route.Retry.IsRetried(response.StatusCode)
            ? Next(request, route, ref retries, CallOutcome.Of(response.StatusCode), cancellationToken)
            : null;
        if (next is not null)
        {
            response.Dispose();
        }

        return next;
    }

    /// <summary>Ends the attempt with an exception.</summary>
    public TargetUris? End(HttpRequestMessage request, ServiceRoute route, ref RetryCount retries, Exception failure, CancellationToken cancellationToken)
    {
        Restore(request);
        CallOutcome outcome = CallOutcome.Of(failure, _call.Elapsed, route.Retry.TimeoutAfter, cancellationToken);
        return Report(request, outcome) ? Next(request, route, ref retries, outcome, cancellationToken) : null;
    }

    private readonly void Restore(HttpRequestMessage request)
    {
        request.RequestUri = _original;
        if (_hasOurHost)
        {
            request.Headers.Host = null;
        }
    }

    /// <summary>Tells the target, and the request that it was there. True if it failed.</summary>
    private bool Report(HttpRequestMessage request, CallOutcome outcome)
    {
        Target target = _call.Target!;
        _call.Complete(outcome.Result);
        if (outcome.Result is CallResult.Success or CallResult.Abandoned)
        {
            return false;
        }

        DiscoveryRequest.AddTried(request, target);
        if (DiscoveryActivity.IsListenedTo)
        {
            DiscoveryActivity.AddFailure(target, outcome.Result);
        }

        return true;
    }

    private static TargetUris? Next(HttpRequestMessage request, ServiceRoute route, ref RetryCount retries, CallOutcome outcome, CancellationToken cancellationToken)
    {
        bool isRefused = outcome.Result == CallResult.ConnectionRefused;
        if (!retries.AllowsAfter(isRefused, route.Retry)
            || cancellationToken.IsCancellationRequested
            || !Replay.IsAllowed(request, route.Retry.Methods, outcome.WasSent))
        {
            return null;
        }

        // a refused connection has cost the service nothing, so going elsewhere adds no load to it
        if (!isRefused && !route.Budget.TryTake())
        {
            route.Metrics.DeniedByBudget();
            return null;
        }

        TargetUris? next = route.PickNext(request);
        if (next is null)
        {
            route.Metrics.DeniedForLackOfTargets();
        }
        else
        {
            retries.Count(isRefused);
            route.Metrics.Retried(outcome.Result);
        }

        return next;
    }
}
