using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class HttpTelemetryTests
{
    [Fact]
    public async Task Retry_IsCounted_AndStandsInTheTrace()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MusterClient.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // other tests run at the same time
                if (activity.GetTagItem("muster.service") is "traced")
                {
                    ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using Fleet fleet = await Fleet.StartAsync(2);
        await fleet.Backends[0].KillAsync();
        fleet.Client.Service("traced").Publish(new ServiceView(
            "traced", [.. fleet.Backends.Select(backend => backend.Instance with { Service = "traced" })], 1, ViewSource.Stream));

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await fleet.SendAsync(HttpMethod.Get, "http://traced/");
        }

        await Assert.ThrowsAsync<NoInstanceException>(() => fleet.SendAsync(HttpMethod.Get, "http://_admin.traced/"));
        Assert.Equal(1, fleet.Count("http.retries/connection_refused"));
        Assert.Equal(1, fleet.Count("http.no_instance"));
        Assert.Equal(3, ended.Count);
        Activity retried = Assert.Single(ended, activity => activity.GetTagItem("muster.attempts") is 2);
        Assert.Equal(fleet.Backends[1].Port, retried.GetTagItem("server.port"));
        ActivityEvent failure = Assert.Single(retried.Events);
        Assert.Contains(new KeyValuePair<string, object?>("error.type", "connection_refused"), failure.Tags);
        Assert.Equal("name_resolution_error", ended[^1].GetTagItem("error.type"));
    }

    [Fact]
    public async Task BudgetUsedUp_IsCounted_AndTheFailureIsTheCallers()
    {
        await using Fleet fleet = await Fleet.StartAsync(2, options =>
        {
            options.Defaults.Retry.BudgetPerSecond = 0;
            options.Defaults.Retry.BudgetRatio = 0.5;
            options.Defaults.Retry.MaxRetries = 1;
            options.Defaults.Ejection.Enabled = false;
        });
        foreach (Backend backend in fleet.Backends)
        {
            backend.Answer = context =>
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            };
        }

        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage response = await fleet.SendAsync(HttpMethod.Get, "http://payments/");
        }

        long retries = fleet.Count("http.retries/server_error");
        Assert.InRange(retries, 3, 5);
        Assert.Equal(10, retries + fleet.Count("http.retries.denied/budget"));
        Assert.Equal(10 + retries, fleet.RequestsInAll());
    }
}
