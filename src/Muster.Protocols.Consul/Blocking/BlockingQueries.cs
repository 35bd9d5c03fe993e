using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// Consul's blocking queries: how long they wait, for what, and how many may.
/// See https://developer.hashicorp.com/consul/api-docs/features/blocking.
/// </summary>
internal sealed class BlockingQueries(ConsulOptions options, TimeProvider time, Random random, CancellationToken stopping)
{
    // Consul spreads the ends of waits over a sixteenth of their length.
    private const double JitterShare = 1.0 / 16;

    private volatile ConsulOptions _options = options;
    private readonly WaitingQueries _all = new(time, stopping);
    private readonly AheadLimiter _ahead = new(time);
    private readonly Lock _randomGate = new();
    private int _waiting;

    /// <summary>How many queries wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Sets other limits for the queries that come from now on.</summary>
    public void Reconfigure(ConsulOptions next) => _options = next;

    /// <summary>Waits as the request asks, then answers.</summary>
    public async Task RunAsync(ConsulRequest request, QueryEndpoint endpoint)
    {
        if (!TryEnter(request.Context, out Action? end, out string? refusal))
        {
            await RefuseAsync(request, refusal);
            return;
        }

        WaitOutcome outcome = WaitOutcome.Changed;
        try
        {
            // Indexes stay below 2^53; anything larger cannot come from here.
            long seen = (long)Math.Min(request.Query.Index, long.MaxValue);
            long current = endpoint.IndexOf(request);
            if (current == seen)
            {
                using var query = new BlockedQuery(_all, Jittered(request.Query.Wait), GoneOf(request.Context));
                do
                {
                    outcome = await query.WaitAsync(endpoint.PointOf(request), seen);
                    current = endpoint.IndexOf(request);
                }
                while (outcome == WaitOutcome.Changed && current == seen);
            }

            if (outcome == WaitOutcome.Changed && current < seen)
            {
                outcome = await HoldAsync(request);
            }
        }
        finally
        {
            Leave(end);
        }

        if (outcome != WaitOutcome.Abandoned)
        {
            await endpoint.AnswerAsync(request);
        }
    }

    /// <summary>Waits as long as the client has what there is, then answers.</summary>
    public async Task RunAsync(ConsulRequest request, IWaitingRead read)
    {
        if (!TryEnter(request.Context, out Action? end, out string? refusal))
        {
            await RefuseAsync(request, refusal);
            return;
        }

        WaitOutcome outcome = WaitOutcome.Changed;
        try
        {
            using var query = new BlockedQuery(_all, Jittered(request.Query.Wait), GoneOf(request.Context));
            while (outcome == WaitOutcome.Changed && read.PointToWaitAt(request, out long seen) is { } point)
            {
                outcome = await query.WaitAsync(point, seen);
            }
        }
        finally
        {
            Leave(end);
        }

        if (outcome != WaitOutcome.Abandoned)
        {
            await read.AnswerAsync(request);
        }
    }

    private bool TryEnter(HttpContext context, out Action? end, [NotNullWhen(false)] out string? refusal)
    {
        end = null;
        refusal = null;
        if (Interlocked.Increment(ref _waiting) > _options.MaxBlockedQueries)
        {
            refusal = Refusals.TooManyBlockedQueries;
        }
        else if (_options.TryWait is { } tryWait && (end = tryWait(context)) is null)
        {
            refusal = Refusals.TooManyBlockedQueriesOfClient;
        }

        if (refusal is not null)
        {
            Leave(end);
        }

        return refusal is null;
    }

    private void Leave(Action? end)
    {
        end?.Invoke();
        Interlocked.Decrement(ref _waiting);
    }

    private static Task RefuseAsync(in ConsulRequest request, string refusal)
    {
        request.Context.Response.Headers.RetryAfter = "1";
        return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status429TooManyRequests, refusal);
    }

    /// <summary>
    /// Canceled when the client goes away. The connection's own signal says it too, and needs no source for each request.
    /// </summary>
    private static CancellationToken GoneOf(HttpContext context) =>
        context.Request.Protocol == HttpProtocol.Http11 && context.Features.Get<IConnectionLifetimeFeature>() is { } connection
            ? connection.ConnectionClosed
            : context.RequestAborted;

    /// <summary>
    /// The client's index is above ours: it came from another server, or a restart lost some. Waiting for that index
    /// would be waiting for nothing, so the answer comes at once, but not in a tight loop.
    /// </summary>
    private async ValueTask<WaitOutcome> HoldAsync(ConsulRequest request)
    {
        IPAddress? address = request.Context.Connection.RemoteIpAddress;
        string path = request.Context.Request.Path.Value ?? "";
        TimeSpan delay = _ahead.Delay(address, path);
        if (delay <= TimeSpan.Zero)
        {
            return WaitOutcome.Ended;
        }

        using var hold = new BlockedQuery(_all, delay, GoneOf(request.Context));
        WaitOutcome outcome = await hold.WaitAsync(point: null, 0);
        _ahead.Note(address, path);
        return outcome;
    }

    private TimeSpan Jittered(TimeSpan wait)
    {
        ConsulOptions current = _options;
        wait = wait <= TimeSpan.Zero ? current.DefaultWait : wait > current.MaxWait ? current.MaxWait : wait;
        lock (_randomGate)
        {
            return wait + (wait * (JitterShare * random.NextDouble()));
        }
    }
}
