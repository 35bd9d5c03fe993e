using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Tests;

/// <summary>A catalog behind the REST API on a real HTTP server, with a clock that stands still.</summary>
internal sealed class RestServer : IAsyncDisposable
{
    public const string Node = "rest-node";

    private readonly WebApplication _application;

    private RestServer(WebApplication application, RestApi api, Catalog.Catalog catalog, ManualTime time)
    {
        Api = api;
        _application = application;
        Catalog = catalog;
        Time = time;
        Http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
    }

    public RestApi Api { get; }

    public Catalog.Catalog Catalog { get; }

    public ManualTime Time { get; }

    public HttpClient Http { get; }

    public static async Task<RestServer> StartAsync(RestOptions? options = null, CatalogOptions? catalogOptions = null, IChangeLog? log = null, CancellationToken stopping = default)
    {
        var time = new ManualTime();
        var catalog = new Catalog.Catalog(
            catalogOptions ?? new CatalogOptions { NodeName = Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001" },
            time, new Random(1), log ?? NoChangeLog.Instance, new InlineDispatcher());
        catalog.AnnounceSelf("0.1.0", 8300);
        var api = new RestApi(catalog, TimeProvider.System, options ?? new RestOptions(), stopping);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        application.Run(api.HandleAsync);
        await application.StartAsync(CancellationToken.None);
        return new RestServer(application, api, catalog, time);
    }

    /// <summary>Registers what the JSON says.</summary>
    public Task<HttpResponseMessage> RegisterAsync(string json) =>
        Http.PostAsync("/api/v1/instances", new StringContent(json, System.Text.Encoding.UTF8, "application/json"));

    /// <summary>Sends any request, with a JSON body if there is one.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/" + path);
        request.Content = json is null ? null : new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        return await Http.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        HttpResponseMessage answer = await Http.GetAsync("/api/v1/" + path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The problem document of an answer: status and the end of its type.</summary>
    public static async Task<(int Status, string Type, JsonElement Document)> ProblemOf(Task<HttpResponseMessage> request)
    {
        HttpResponseMessage answer = await request;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement document = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)answer.StatusCode, document.GetProperty("status").GetInt32());
        return ((int)answer.StatusCode, document.GetProperty("type").GetString()!.Split(':')[^1], document);
    }

    /// <summary>Status and type of a problem.</summary>
    public static async Task<(int Status, string Type)> KindOf(Task<HttpResponseMessage> request)
    {
        (int status, string type, _) = await ProblemOf(request);
        return (status, type);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
    }

    private sealed class InlineDispatcher : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
            while (chain.WakeSome(100))
            {
            }
        }
    }
}
