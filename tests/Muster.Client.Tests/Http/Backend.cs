using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Muster.Client.Tests.Http;

/// <summary>An instance on a real socket, with the answer that a test gives it.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private Backend(WebApplication app, string id)
    {
        _app = app;
        Id = id;
    }

    public string Id { get; }

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>What came, such as <c>GET /charge?x=1 host:1234</c>.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("ok");

    public ServiceInstance Instance => new() { Service = "payments", Id = Id, Address = "127.0.0.1", Port = Port };

    public static async Task<Backend> StartAsync(string id)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var backend = new Backend(app, id);
        app.Run(backend.HandleAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    /// <summary>Dies as a killed process does: connections are cut and the port refuses new ones.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _app.DisposeAsync();
    }

    private Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        _requests.Enqueue($"{request.Method} {request.Path}{request.QueryString} {request.Host}");
        return Answer(context);
    }
}
