using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Muster.FunctionalTests;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task OpenTelemetry_TwoLines_CollectMetricsAndSpans()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        var metrics = new Collected<Metric>();
        var spans = new Collected<Activity>();
        WebApplicationBuilder builder = Builder(agent);
        builder.Services.AddMusterRegistration("payments");
        builder.Services.ConfigureHttpClientDefaults(http => http.AddMusterDiscovery());
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");
        using MeterProvider meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter(MusterTelemetry.MeterName).AddReader(new BaseExportingMetricReader(metrics)).Build();
        using TracerProvider tracers = Sdk.CreateTracerProviderBuilder()
            .AddSource(MusterTelemetry.ActivitySourceName).AddProcessor(new SimpleActivityExportProcessor(spans)).Build();

        await app.StartAsync();
        await app.RegisteredAsync();
        string answer = await app.Services.GetRequiredService<IHttpClientFactory>().CreateClient().GetStringAsync(new Uri("http://payments/"));
        meters.ForceFlush();
        tracers.ForceFlush();

        Assert.Equal("hello", answer);
        Assert.Contains("muster.client.services", metrics.Items.Select(metric => metric.Name));
        Assert.Contains("muster.client.registration.registrations", metrics.Items.Select(metric => metric.Name));
        Assert.Contains("muster.client.registration.instances", metrics.Items.Select(metric => metric.Name));
        Assert.Contains(spans.Items, span => span.OperationName == "muster.client.request" && span.GetTagItem("muster.service") is "payments");
        await app.StopAsync();
    }

    private sealed class Collected<T> : BaseExporter<T>
        where T : class
    {
        public List<T> Items { get; } = [];

        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (T item in batch)
            {
                Items.Add(item);
            }

            return ExportResult.Success;
        }
    }
}
