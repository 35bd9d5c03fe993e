using System.Net;
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

    private readonly AheadLimiter _ahead = new(time);
    private readonly Lock _randomGate = new();
    private int _waiting;

    /// <summary>How many queries wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits as the request asks, then answers.</summary>
    public async Task RunAsync(ConsulRequest request, QueryEndpoint endpoint)
    {
        if (!TryEnter())
        {
            await RefuseAsync(request);
            return;
        }

        WaitOutcome outcome;
        try
        {
            outcome = await WaitAsync(request, endpoint);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (outcome != WaitOutcome.Abandoned)
        {
            await endpoint.AnswerAsync(request);
        }
    }

    /// <summary>Waits as long as the client has what there is, then answers.</summary>
    public async Task RunAsync(ConsulRequest request, IWaitingRead read)
    {
        if (!TryEnter())
        {
            await RefuseAsync(request);
            return;
        }

        WaitOutcome outcome = WaitOutcome.Changed;
        try
        {
            using var query = new BlockedQuery(time, Jittered(request.Query.Wait), request.Context.RequestAborted, stopping);
            while (outcome == WaitOutcome.Changed && read.PointToWaitAt(request, out long seen) is { } point)
            {
                outcome = await query.WaitAsync(point, seen);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (outcome != WaitOutcome.Abandoned)
        {
            await read.AnswerAsync(request);
        }
    }

    private bool TryEnter()
    {
        bool entered = Interlocked.Increment(ref _waiting) <= options.MaxBlockedQueries;
        if (!entered)
        {
            Interlocked.Decrement(ref _waiting);
        }

        return entered;
    }

    private static Task RefuseAsync(in ConsulRequest request)
    {
        request.Context.Response.Headers.RetryAfter = "1";
        return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status429TooManyRequests, Refusals.TooManyBlockedQueries);
    }

    private async ValueTask<WaitOutcome> WaitAsync(ConsulRequest request, QueryEndpoint endpoint)
    {
        // Indexes stay below 2^53; anything larger cannot come from here.
        long seen = (long)Math.Min(request.Query.Index, long.MaxValue);
        using var query = new BlockedQuery(time, Jittered(request.Query.Wait), request.Context.RequestAborted, stopping);
        while (true)
        {
            long current = endpoint.IndexOf(request.Argument);
            if (current > seen)
            {
                return WaitOutcome.Changed;
            }

            if (current < seen)
            {
                return await HoldAsync(request);
            }

            WaitOutcome outcome = await query.WaitAsync(endpoint.PointOf(request.Argument), seen);
            if (outcome != WaitOutcome.Changed)
            {
                return outcome;
            }
        }
    }

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

        using var hold = new BlockedQuery(time, delay, request.Context.RequestAborted, stopping);
        WaitOutcome outcome = await hold.WaitAsync(point: null, 0);
        _ahead.Note(address, path);
        return outcome;
    }

    private TimeSpan Jittered(TimeSpan wait)
    {
        wait = wait <= TimeSpan.Zero ? options.DefaultWait : wait > options.MaxWait ? options.MaxWait : wait;
        lock (_randomGate)
        {
            return wait + (wait * (JitterShare * random.NextDouble()));
        }
    }
}
