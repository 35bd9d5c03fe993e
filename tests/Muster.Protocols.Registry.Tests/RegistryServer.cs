using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Catalog;

namespace Muster.Protocols.Registry.Tests;

/// <summary>A catalog behind the small registry on a real HTTP server, with a clock that stands still.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _http;

    private RegistryServer(WebApplication application, Catalog.Catalog catalog, ManualTime time)
    {
        _application = application;
        _http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        Catalog = catalog;
        Time = time;
    }

    public Catalog.Catalog Catalog { get; }

    public ManualTime Time { get; }

    public static async Task<RegistryServer> StartAsync(int maxInstances = 1000)
    {
        var time = new ManualTime();
        var catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = "n1", NodeId = "6e1d8f0e-0000-4000-8000-000000000001", MaxInstances = maxInstances },
            time, new Random(1), NoChangeLog.Instance, new NoWakes());
        catalog.AnnounceSelf("0.1.0", 8300);
        var api = new RegistryApi(catalog);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        application.Run(context => RegistryApi.Takes(context.Request.Path.Value!) ? api.HandleAsync(context) : Task.CompletedTask);
        await application.StartAsync(CancellationToken.None);
        return new RegistryServer(application, catalog, time);
    }

    /// <summary>Host and port, as a browser names them.</summary>
    public string Authority => _http.BaseAddress!.Authority;

    public async Task<(int Status, JsonElement Body)> SendAsync(string method, string path, string? json = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        HttpResponseMessage answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, method != "HEAD" && answer.Content.Headers.ContentLength > 0 ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default);
    }

    public Task<(int Status, JsonElement Body)> RegisterAsync(string id, string more = "") =>
        SendAsync("POST", "/register", $$"""{ "instance_id": "{{id}}", "service_name": "payments", "host": "10.0.0.7", "port": 8080{{more}} }""");

    public async Task<JsonElement[]> ListAsync(string service)
    {
        (int status, JsonElement body) = await SendAsync("GET", "/instances/" + service);
        Assert.Equal(200, status);
        return [.. body.GetProperty("instances").EnumerateArray()];
    }

    /// <summary>Lets time pass in ticks, as the server's shell does.</summary>
    public void Run(double seconds)
    {
        for (double done = 0; done < seconds; done += 0.05)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            Catalog.Tick();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
    }

    private sealed class NoWakes : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
            while (chain.WakeSome(100))
            {
            }
        }
    }
}
