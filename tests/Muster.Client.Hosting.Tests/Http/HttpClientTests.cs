using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client.Http;
using Muster.FunctionalTests;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests.Http;

public sealed class HttpClientTests
{
    [Fact]
    public async Task ThreeLines_AServiceCallsAnotherByName()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using WebApplication payments = await StartAsync(agent, "payments", app => app.MapGet("/{order}", (string order) => $"paid {order}"));
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddMuster();
        builder.Services.AddMusterRegistration("orders");
        builder.Services.ConfigureHttpClientDefaults(http => http.AddMusterDiscovery());
        await using WebApplication orders = builder.Build();
        orders.MapGet("/{order}", (string order, IHttpClientFactory clients) => clients.CreateClient().GetStringAsync(new Uri($"http://payments/{order}")));
        await orders.StartAsync();

        using var http = new HttpClient();
        Assert.Equal("paid 42", await http.GetStringAsync(new Uri(orders.Urls.Single() + "/42")));

        await orders.StopAsync();
        await payments.StopAsync();
    }

    [Fact]
    public async Task RetryAddedAfterDiscovery_StillPicksAnewForEachAttempt()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        var asked = new List<string>();
        await using WebApplication one = await StartAsync(agent, "payments", app => app.MapPost("/", Refuse), "payments-1");
        await using WebApplication two = await StartAsync(agent, "payments", app => app.MapPost("/", Refuse), "payments-2");
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddHttpClient("payments").AddMusterDiscovery().AddHttpMessageHandler(() => new FourTimes());
        await using WebApplication app = builder.Build();
        await UntilBothAsync(app.Services.GetRequiredService<MusterClient>());

        using HttpResponseMessage answer = await app.Services.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments").PostAsync(new Uri("http://payments/"), null);

        Assert.Equal(4, asked.Count);
        Assert.Equal(2, asked.Distinct().Count());

        IResult Refuse(HttpContext context)
        {
            lock (asked)
            {
                asked.Add(context.Connection.LocalPort.ToString());
            }

            return Results.StatusCode(503);
        }
    }

    [Fact]
    public async Task AddedTwice_IsThereOnce()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        HttpMessageHandler? chain = null;
        services.ConfigureHttpClientDefaults(http => http.AddMusterDiscovery());
        services.AddHttpClient("payments").AddMusterDiscovery().AddHttpMessageHandler(() => new FourTimes());
        await using ServiceProvider provider = services.BuildServiceProvider();

        chain = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments");

        var handlers = new List<Type>();
        for (HttpMessageHandler? handler = chain; handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            handlers.Add(handler.GetType());
        }

        Assert.Single(handlers, typeof(DiscoveryHandler));
        Assert.True(handlers.IndexOf(typeof(DiscoveryHandler)) > handlers.IndexOf(typeof(FourTimes)));
    }

    [Fact]
    public async Task DefaultsWithDiscovery_RegistryNamedByOneLabel_IsNotLookedUpInItself()
    {
        // the client's own connections do not come from the factory: they cannot pass through discovery, whatever the defaults are
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        int calls = 0;
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.ConfigureHttpClientDefaults(http => http.AddMusterDiscovery().AddHttpMessageHandler(() => new Counting(() => calls++)));
        await using WebApplication app = builder.Build();

        ServiceView view = await app.Services.GetRequiredService<MusterClient>().GetAsync("payments");

        Assert.Empty(view.Instances);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task NoInstance_IsAnErrorThatResilienceHandlersRetry()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddHttpClient("payments", http => http.BaseAddress = new Uri("https+http://payments")).AddMusterDiscovery();
        await using WebApplication app = builder.Build();
        HttpClient http = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task ChangeToken_NewInstance_Fires()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddMuster();
        await using WebApplication app = builder.Build();
        ServiceView view = await app.Services.GetRequiredService<MusterClient>().GetAsync("payments");
        var changed = new TaskCompletionSource();
        using IDisposable registration = view.GetChangeToken().RegisterChangeCallback(_ => changed.TrySetResult(), null);

        await using WebApplication payments = await StartAsync(agent, "payments", _ => { });

        await changed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Single(app.Services.GetRequiredService<MusterClient>().Service("payments").View.Instances);
        await payments.StopAsync();
    }

    private static async Task<WebApplication> StartAsync(RunningAgent agent, string service, Action<WebApplication> map, string? id = null)
    {
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddMusterRegistration(service, options => options.Id = id);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        await app.RegisteredAsync();
        return app;
    }

    private static async Task UntilBothAsync(MusterClient client)
    {
        await client.GetAsync("payments");
        await UntilAsync(() => client.Service("payments").View.Instances.Length == 2);
    }

    private sealed class FourTimes : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            for (int i = 1; i < 4 && answer.StatusCode == HttpStatusCode.ServiceUnavailable; i++)
            {
                answer.Dispose();
                answer = await base.SendAsync(request, cancellationToken);
            }

            return answer;
        }
    }

    private sealed class Counting(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            count();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
