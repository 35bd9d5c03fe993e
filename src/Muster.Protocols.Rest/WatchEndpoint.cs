using System.Globalization;
using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>The watch: a stream of lines that starts with all instances and goes on with what changes.</summary>
internal sealed class WatchEndpoint(Catalog.Catalog catalog, TimeProvider time, RestOptions options, CancellationToken stopping)
{
    private int _open;

    public async Task StreamAsync(RestCall call)
    {
        var errors = new FieldErrors();
        var filter = ServiceFilter.Read(call, errors);
        string? text = call.Parameter("cursor");
        long cursor = 0;
        if (text is not null && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cursor) || cursor == 0))
        {
            errors.Add("cursor", $"must be an index, got \"{text}\"");
        }

        if (errors.Any)
        {
            await Problems.InvalidRequest.WriteAsync(call.Context, errors);
            return;
        }

        if (Interlocked.Increment(ref _open) > options.MaxWatches)
        {
            await RefuseAsync(call, $"at most {options.MaxWatches} watches at a time");
            return;
        }

        Action? endOfWatch = options.TryWatch?.Invoke(call.Context);
        if (endOfWatch is null && options.TryWatch is not null)
        {
            await RefuseAsync(call, "too many watches of this address (limits.max_watchers_per_client)");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Gone, stopping);
        try
        {
            call.Context.Response.ContentType = "application/x-ndjson";
            await FollowAsync(new WatchLines(catalog, call, filter), call.Arguments[0], cursor, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // the client has seen enough, or the server leaves and the stream ends here
        }
        finally
        {
            endOfWatch?.Invoke();
            Interlocked.Decrement(ref _open);
        }
    }

    private Task RefuseAsync(RestCall call, string detail)
    {
        Interlocked.Decrement(ref _open);
        call.Context.Response.Headers.RetryAfter = "10";
        return Problems.LimitReached.WriteAsync(call.Context, detail);
    }

    private async Task FollowAsync(WatchLines lines, string service, long cursor, CancellationToken end)
    {
        ServiceView view = catalog.ViewService(service);
        await lines.StartAsync(view, isKnown: view.Index == cursor);
        while (true)
        {
            var signal = new ChangeSignal();
            WatchPoint point = catalog.ServicePoint(service);
            if (point.TryAdd(signal, view.Index) && !await WaitAsync(signal, point, end))
            {
                await lines.IdleAsync(view.Index);
                continue;
            }

            view = catalog.ViewService(service);
            await lines.GoOnAsync(view, service);
        }
    }

    /// <summary>True at a change, false after too long a silence.</summary>
    private async Task<bool> WaitAsync(ChangeSignal signal, WatchPoint point, CancellationToken end)
    {
        try
        {
            await signal.Changed.WaitAsync(options.IdleInterval, time, end);
            return true;
        }
        catch (TimeoutException)
        {
            // when it cannot be taken off any more, it is being woken
            return !point.Remove(signal);
        }
        catch (OperationCanceledException)
        {
            point.Remove(signal);
            throw;
        }
    }
}
