using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.FailureTests.Processes;

namespace Muster.Client.Tests.Streaming;

/// <summary>A registry on a real socket that says what a test tells it to, also what no registry should.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<FakeWatch> _watches = Channel.CreateUnbounded<FakeWatch>();
    private readonly Channel<string> _polls = Channel.CreateUnbounded<string>();
    private readonly WebApplication _app;

    private FakeRegistry(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Answers watches instead of the test; null lets the test do it, see <see cref="NextWatchAsync"/>.</summary>
    public Func<HttpContext, Task>? OnWatch { get; set; }

    /// <summary>Answers polls: the service's name and the request.</summary>
    public Func<string, HttpContext, Task> OnPoll { get; set; } = (_, context) =>
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    };

    /// <summary>An address at which nobody is, and nobody else will be, for a registry that goes and comes back.</summary>
    public static Uri FreeAddress() => new($"http://127.0.0.1:{Ports.Free(IPAddress.Loopback)}");

    public static async Task<FakeRegistry> StartAsync(Uri? address = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, address?.Port ?? 0));
        WebApplication app = builder.Build();
        var registry = new FakeRegistry(app);
        app.MapPost("/api/v1/watch", registry.WatchAsync);
        app.MapGet("/api/v1/services/{name}", registry.PollAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return registry;
    }

    /// <summary>The next watch that a client opens; its answer has begun.</summary>
    public Task<FakeWatch> NextWatchAsync() => _watches.Reader.ReadAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The next poll that a client makes; names the service.</summary>
    public Task<string> NextPollAsync() => _polls.Reader.ReadAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The next watch, after it has said hello and given the lists of one service.</summary>
    public async Task<FakeWatch> AnswerWatchAsync(params string[] lines)
    {
        FakeWatch watch = await NextWatchAsync();
        await watch.SayAsync(Lines.Hello);
        await watch.SayAsync(lines);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task WatchAsync(HttpContext context)
    {
        if (OnWatch is { } answer)
        {
            await answer(context);
            return;
        }

        using JsonDocument question = await JsonDocument.ParseAsync(context.Request.Body);
        var watch = new FakeWatch(context, question);
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync();
        _watches.Writer.TryWrite(watch);
        await watch.ServeAsync();
    }

    private Task PollAsync(string name, HttpContext context)
    {
        _polls.Writer.TryWrite(name);
        return OnPoll(name, context);
    }
}
