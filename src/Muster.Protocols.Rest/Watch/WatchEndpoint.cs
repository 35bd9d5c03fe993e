using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Muster.Protocols.Rest.Watch;

/// <summary>The watch: a stream of lines that starts with all instances of some services and goes on with what changes.</summary>
internal sealed class WatchEndpoint
{
    private const int ServicesOfOneWatch = 100;

    private readonly RestOptions _options;
    private readonly WatchStreams _streams;

    public WatchEndpoint(Catalog.Catalog catalog, TimeProvider time, RestOptions options, CancellationToken stopping)
    {
        _options = options;
        _streams = new WatchStreams(catalog, time, options);
        stopping.UnsafeRegister(static streams => ((WatchStreams)streams!).Stop(), _streams);
    }

    /// <summary>What is open, for metrics.</summary>
    public WatchStreams Streams => _streams;

    /// <summary><c>GET watch/NAME</c>.</summary>
    public Task WatchOneAsync(RestCall call)
    {
        var errors = new FieldErrors();
        return OpenAsync(call, WatchRequestReader.ReadPath(call, errors), errors);
    }

    /// <summary><c>GET watch?service=NAME</c>.</summary>
    public Task WatchSomeAsync(RestCall call)
    {
        var errors = new FieldErrors();
        return OpenAsync(call, WatchRequestReader.ReadQuery(call, errors), errors);
    }

    /// <summary><c>POST watch</c>.</summary>
    public async Task WatchManyAsync(RestCall call)
    {
        if (!call.Context.Request.HasJsonContentType())
        {
            await Problems.NotJson.WriteAsync(call.Context, "send the list of services with Content-Type: application/json");
            return;
        }

        if (await call.ReadBodyAsync(_options.MaxBodyBytes) is not { } body)
        {
            await Problems.TooLarge.WriteAsync(call.Context, $"the body must be at most {_options.MaxBodyBytes} bytes");
            return;
        }

        // The watch may last for days, and should not hold what it was asked with.
        await OpenAsync(call, body);
    }

    private Task OpenAsync(RestCall call, ReadOnlyMemory<byte> body)
    {
        var errors = new FieldErrors();
        return OpenAsync(call, WatchRequestReader.ReadBody(body, errors), errors);
    }

    private Task OpenAsync(RestCall call, WatchRequest? request, FieldErrors errors)
    {
        if (request is null || errors.Any)
        {
            return Problems.InvalidRequest.WriteAsync(call.Context, errors);
        }

        HttpContext context = call.Context;
        LineFraming framing = AsksForEvents(context.Request) ? LineFraming.EventStream : LineFraming.NdJson;
        var stream = new WatchStream(_streams, request, framing, context.Response.BodyWriter, context.Abort);
        if (!_streams.TryAdd(stream))
        {
            return RefuseAsync(call, $"at most {_options.MaxWatches} watches of {_options.MaxWatchedServices} services at a time (limits.max_watchers)");
        }

        if (!TryCount(context, stream.Services, out Action? endOfWatch))
        {
            _streams.Remove(stream);
            return RefuseAsync(call, "too many watches of this address (limits.max_watchers_per_client)");
        }

        context.Response.ContentType = framing == LineFraming.EventStream ? "text/event-stream" : "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        ForgetQuestion(context);
        return RunAsync(stream, endOfWatch, call.Gone);
    }

    /// <summary>A stream of many services weighs more: few of them from one client must not take what there is for all.</summary>
    private bool TryCount(HttpContext context, int services, out Action? end)
    {
        end = null;
        for (int left = services; left > 0 && _options.TryWatch is { } tryWatch; left -= ServicesOfOneWatch)
        {
            if (tryWatch(context) is not { } endOfOne)
            {
                end?.Invoke();
                return false;
            }

            end += endOfOne;
        }

        return true;
    }

    private async Task RunAsync(WatchStream stream, Action? endOfWatch, CancellationToken gone)
    {
        CancellationTokenRegistration disconnect = gone.UnsafeRegister(static watch => ((WatchStream)watch!).Raise(StreamEvents.Gone), stream);
        try
        {
            await stream.RunAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // the reader has gone in the middle of a write
        }
        finally
        {
            await disconnect.DisposeAsync();
            _streams.Remove(stream);
            endOfWatch?.Invoke();
        }
    }

    /// <summary>A watch may last for days: the names it was asked with are kept once, not four times.</summary>
    private static void ForgetQuestion(HttpContext context)
    {
        context.Request.Query = QueryCollection.Empty;
        if (context.Features.Get<IHttpRequestFeature>() is { } request)
        {
            request.RawTarget = "";
        }
    }

    private static Task RefuseAsync(RestCall call, string detail)
    {
        call.Context.Response.Headers.RetryAfter = "10";
        return Problems.LimitReached.WriteAsync(call.Context, detail);
    }

    private static bool AsksForEvents(HttpRequest request)
    {
        foreach (string? accepted in request.Headers.Accept)
        {
            if (accepted is not null && accepted.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
