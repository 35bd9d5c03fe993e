using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Muster.Client.Registration;
using Muster.FunctionalTests;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests.HealthChecks;

public sealed class MusterHealthCheckTests
{
    [Fact]
    public async Task Check_BeforeWithAndWithoutTheRegistry_IsUnhealthyHealthyDegraded()
    {
        RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent, ("Muster:Registration:Lease", "00:00:03"), ("Muster:Watch:StaleAfter", "00:00:01"));
        builder.Services.AddMusterRegistration("payments");
        builder.Services.AddHealthChecks().AddMuster();
        await using WebApplication app = builder.Build();
        var checks = app.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync()).Status);

        await app.StartAsync();
        RegisteredInstance entry = await app.RegisteredAsync();
        await app.Services.GetRequiredService<MusterClient>().GetAsync("payments");
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status);

        await agent.StopAsync();
        await UntilAsync(() => entry.Status.State == RegistrationState.Lost);
        await UntilAsync(() => app.Services.GetRequiredService<MusterClient>().Service("payments").Freshness.IsStale);
        HealthReportEntry report = (await checks.CheckHealthAsync()).Entries["muster"];
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Equal("Lost", report.Data[$"registration {entry.Instance.Id}"]);
        Assert.Contains("'payments' is answered from what was known", report.Description, StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public async Task Endpoints_RegistryDown_IsAliveAndNotReady()
    {
        WebApplicationBuilder builder = Builder(agent: null, ("Muster:Addresses:0", "http://127.0.0.1:1"));
        builder.Services.AddMusterRegistration("payments");
        builder.Services.AddHealthChecks().AddMuster();
        await using WebApplication app = builder.Build();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => !check.Tags.Contains("ready") });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        await app.StartAsync();

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage live = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
        using HttpResponseMessage ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live.StatusCode, ready.StatusCode));
        await app.StopAsync();
    }

    [Fact]
    public async Task Check_WithoutRegistration_IsHealthy()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddHealthChecks().AddMuster();
        await using WebApplication app = builder.Build();

        Assert.Equal(HealthStatus.Healthy, (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
    }
}
