using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Muster.Client.Balancing;
using Muster.Client.Http;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Http;

public sealed class DiscoveryHandlerTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Send_ServiceName_ReachesEachInstance_AndLeavesTheRequestAsItWas()
    {
        await using Fleet fleet = await Fleet.StartAsync(3);
        for (int i = 0; i < 9; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments/charge/../pay?x=a%20b&y=1#part");
            using HttpResponseMessage response = await fleet.Http.SendAsync(request, Never);

            Assert.Equal("ok", await response.Content.ReadAsStringAsync(Never));
            Assert.Equal("http://payments/pay?x=a%20b&y=1#part", request.RequestUri!.AbsoluteUri);
            Assert.Empty(request.GetTriedTargets());
        }

        Assert.All(fleet.Backends, backend => Assert.Equal(
            Enumerable.Repeat($"GET /pay?x=a%20b&y=1 127.0.0.1:{backend.Port}", 3), backend.Requests));
    }

    [Fact]
    public async Task Send_BaseAddressAndRelativePaths_Work()
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        fleet.Http.BaseAddress = new Uri("https+http://payments/api/");

        foreach (string path in new[] { "a", "b", "a", "c?x=1", "a", "%E4%BD%A0", "a/../b", "" })
        {
            Assert.Equal("ok", await fleet.Http.GetStringAsync(new Uri(path, UriKind.Relative), Never));
        }

        Assert.Equal(
            ["/api/a", "/api/b", "/api/a", "/api/c?x=1", "/api/a", "/api/你", "/api/b", "/api/"],
            fleet.Backends[0].Requests.Select(request => Uri.UnescapeDataString(request.Split(' ')[1])));
    }

    [Fact]
    public async Task Send_Synchronously_Works()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        await fleet.Backends[0].KillAsync();
        for (int i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments/");
            using HttpResponseMessage response = fleet.Http.Send(request, Never);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(4, fleet.Backends[1].Requests.Count);
    }

    [Fact]
    public async Task Send_HostThatIsNoService_PassesThrough()
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        int port = fleet.Backends[0].Port;

        Assert.Equal("ok", await fleet.Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/ip"), Never));
        Assert.Equal("ok", await fleet.Http.GetStringAsync(new Uri($"http://localhost:{port}/name"), Never));

        Assert.Equal([$"GET /ip 127.0.0.1:{port}", $"GET /name localhost:{port}"], fleet.Backends[0].Requests);
    }

    [Fact]
    public async Task Send_InstanceKilled_NoGetFails_AndEachMeetsItAtMostOnce()
    {
        await using Fleet fleet = await Fleet.StartAsync(3);
        await CallAsync(fleet, 30);
        await fleet.Backends[1].KillAsync();

        int[] attempts = await CallAsync(fleet, 200);

        Assert.All(attempts, tried => Assert.InRange(tried, 0, 1));
        Assert.Equal("p-0 p-2", string.Join(' ', fleet.Service.Balancer.Targets.Where(target => target.Health.State == BreakerState.Closed).Select(target => target.Instance.Id)));
        Assert.Equal(1, fleet.Count("ejections/connection_refused") + fleet.Count("ejections/consecutive_failures"));
    }

    [Fact]
    public async Task Send_InstanceKilledWhileCallsAreInFlight_NoGetFails()
    {
        await using Fleet fleet = await Fleet.StartAsync(3);
        var inFlight = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        fleet.Backends[1].Answer = async context =>
        {
            inFlight.TrySetResult();
            await release.Task;
            await context.Response.WriteAsync("late", Never);
        };

        Task<int[]> calls = CallAsync(fleet, 30);
        await inFlight.Task;
        await fleet.Backends[1].KillAsync();
        int[] attempts = await calls;
        release.SetResult();

        Assert.All(attempts, tried => Assert.InRange(tried, 0, 1));
        Assert.Contains(1, attempts);
    }

    [Fact]
    public async Task Send_InstanceKilledUnderLoad_NoGetFails()
    {
        const int Callers = 16;
        await using Fleet fleet = await Fleet.StartAsync(3);
        using var warm = new SemaphoreSlim(0);
        Task<int[]>[] callers = [.. Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            int[] before = await CallAsync(fleet, 20);
            warm.Release();
            return (int[])[.. before, .. await CallAsync(fleet, 100)];
        }))];
        for (int i = 0; i < Callers; i++)
        {
            await warm.WaitAsync(Never);
        }

        await fleet.Backends[1].KillAsync();
        int[][] attempts = await Task.WhenAll(callers);

        Assert.All(attempts, tried => Assert.InRange(tried.Max(), 0, 1));
        Assert.All(fleet.Service.Balancer.Targets, target => Assert.Equal(0, target.Outstanding));
    }

    [Fact]
    public async Task Send_MostInstancesKilled_EachCallFindsTheLivingOne()
    {
        await using Fleet fleet = await Fleet.StartAsync(6);
        foreach (Backend backend in fleet.Backends.Skip(1))
        {
            await backend.KillAsync();
        }

        int[] attempts = await CallAsync(fleet, 50);

        Assert.Equal(50, fleet.Backends[0].Requests.Count);
        Assert.True(attempts.Max() <= 5);
    }

    [Theory]
    [InlineData("POST", 0)]
    [InlineData("PATCH", 0)]
    [InlineData("PUT", 1)]
    [InlineData("DELETE", 1)]
    [InlineData("GET", 1)]
    public async Task Send_ConnectionCutAfterTheRequestWasSent_RetriesOnlyWhatIsIdempotent(string method, int reachedOther)
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        fleet.Backends[0].Answer = Abort;
        fleet.Backends[1].Answer = Abort;

        using var content = new StringContent("body");
        await Assert.ThrowsAsync<HttpRequestException>(() => fleet.SendAsync(new HttpMethod(method), "http://payments/", method == "GET" ? null : content));

        Assert.Equal(1 + reachedOther, fleet.RequestsInAll());

        static Task Abort(HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Send_PostRefused_GoesElsewhere_ForItWasNeverSent()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        await fleet.Backends[0].KillAsync();

        for (int i = 0; i < 4; i++)
        {
            using var content = new StringContent("body");
            using HttpResponseMessage response = await fleet.SendAsync(HttpMethod.Post, "http://payments/", content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(4, fleet.Backends[1].Requests.Count);
    }

    [Fact]
    public async Task Send_PostSaidToBeReplayable_IsRetried()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        fleet.Backends[0].Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        for (int i = 0; i < 4; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://payments/");
            request.Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("body")));
            request.SetReplayable(true);
            using HttpResponseMessage response = await fleet.Http.SendAsync(request, Never);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Send_ServiceUnavailable_GoesElsewhere_OtherStatusesDoNot()
    {
        await using Fleet fleet = await Fleet.StartAsync(2);
        fleet.Backends[0].Answer = Status(503);
        fleet.Backends[1].Answer = Status(500);

        using HttpResponseMessage first = await fleet.SendAsync(HttpMethod.Get, "http://payments/");
        using HttpResponseMessage second = await fleet.SendAsync(HttpMethod.Get, "http://payments/");

        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, second.StatusCode);
        Assert.Equal(2, fleet.Backends[1].Requests.Count);
    }

    [Fact]
    public async Task Send_TheSameRequestAgain_GoesElsewhere()
    {
        await using Fleet fleet = await Fleet.StartAsync(3, options => options.Defaults.Retry.MaxRetries = 0);
        foreach (Backend backend in fleet.Backends)
        {
            backend.Answer = Status(500);
        }

        // as an outer resilience handler does it
        using var invoker = new HttpMessageInvoker(new DiscoveryHandler(fleet.Client) { InnerHandler = new SocketsHttpHandler() });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments/");
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await invoker.SendAsync(request, Never);
        }

        Assert.All(fleet.Backends, backend => Assert.Single(backend.Requests));
        Assert.Equal(["p-0", "p-1", "p-2"], request.GetTriedTargets().Select(target => target.Instance.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Send_Cancelled_SaysNothingOfTheInstance_UnlessItWaitedLong()
    {
        MusterClientOptions? made = null;
        await using Fleet fleet = await Fleet.StartAsync(1, options => (made = options).Defaults.Retry.TimeoutAfter = TimeSpan.FromMilliseconds(1));
        var came = new TaskCompletionSource();
        fleet.Backends[0].Answer = async context =>
        {
            came.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };

        using var giveUp = new CancellationTokenSource();
        Task<HttpResponseMessage> call = fleet.Http.GetAsync(new Uri("http://payments/"), giveUp.Token);
        await came.Task;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        made!.Defaults.Retry.TimeoutAfter = TimeSpan.FromHours(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fleet.Http.GetAsync(new Uri("http://payments/"), new CancellationToken(canceled: true)));

        Target target = fleet.Service.Balancer.Targets.Single();
        Assert.Equal(1, target.Health.Failures);
        Assert.Equal(0, target.Outstanding);
    }

    [Fact]
    public async Task Send_NoInstance_ThrowsWhatResilienceHandlersRetry()
    {
        await using Fleet fleet = await Fleet.StartAsync(0);

        NoInstanceException error = await Assert.ThrowsAsync<NoInstanceException>(() => fleet.SendAsync(HttpMethod.Get, "http://payments/"));

        Assert.IsAssignableFrom<HttpRequestException>(error);
        Assert.Equal("payments", error.Service);
    }

    [Fact]
    public async Task Send_NothingKnownYet_WaitsForTheFirstLookupOnly()
    {
        await using Fleet fleet = await Fleet.StartAsync(1, options => options.FirstLookupTimeout = TimeSpan.FromSeconds(20));
        Task<HttpResponseMessage> call = fleet.SendAsync(HttpMethod.Get, "http://orders/");
        Assert.False(call.IsCompleted);

        fleet.Client.Service("orders").Publish(new ServiceView("orders", [fleet.Backends[0].Instance with { Service = "orders" }], 1, ViewSource.Stream));

        using HttpResponseMessage response = await call;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Send_NothingKnownInTime_ThrowsWhatResilienceHandlersRetry()
    {
        await using Fleet fleet = await Fleet.StartAsync(0, options => options.FirstLookupTimeout = TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => fleet.SendAsync(HttpMethod.Get, "http://orders/"));
    }

    [Fact]
    public async Task Send_NamedEndpoint_GoesToThatPort_OfAnInstanceThatHasIt()
    {
        await using Fleet fleet = await Fleet.StartAsync(3);
        int admin = fleet.Backends[2].Port;
        fleet.Show(
            fleet.Backends[0].Instance,
            fleet.Backends[1].Instance with { Ports = new Dictionary<string, int> { ["admin"] = admin } });

        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage response = await fleet.SendAsync(HttpMethod.Get, "https+http://_admin.payments/status");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(5, fleet.Backends[2].Requests.Count);
        await Assert.ThrowsAsync<NoInstanceException>(() => fleet.SendAsync(HttpMethod.Get, "http://_metrics.payments/"));
    }

    [Fact]
    public async Task Send_StickyKey_StaysWithOneInstance()
    {
        await using Fleet fleet = await Fleet.StartAsync(3, options => options.Defaults.Policy = "consistent_hash");
        foreach (string tenant in new[] { "a", "b", "c", "d", "e", "f", "g", "h" })
        {
            int[] before = [.. fleet.Backends.Select(backend => backend.Requests.Count)];
            for (int i = 0; i < 5; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://payments/{tenant}");
                request.SetStickyKey(tenant);
                using HttpResponseMessage response = await fleet.Http.SendAsync(request, Never);
            }

            Assert.Equal([0, 0, 5], fleet.Backends.Select((backend, i) => backend.Requests.Count - before[i]).Order());
        }

        Assert.True(fleet.Backends.Count(backend => backend.Requests.Count > 0) > 1);
    }

    /// <summary>Calls one after another; how many instances each had to leave behind.</summary>
    private static async Task<int[]> CallAsync(Fleet fleet, int calls)
    {
        var tried = new int[calls];
        for (int i = 0; i < calls; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments/");
            using HttpResponseMessage response = await fleet.Http.SendAsync(request, Never);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            tried[i] = request.GetTriedTargets().Count;
        }

        return tried;
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
