using System.Net;
using System.Text;
using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

public sealed class RegistrarTests : IAsyncDisposable
{

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(4.321);

    private readonly ManualTime _time = new(10_000_019);
    private readonly FakeRegistry _registry = new();
    private readonly List<Registrar> _registrars = [];
    private readonly List<MusterClient> _clients = [];

    public async ValueTask DisposeAsync()
    {
        foreach (Registrar registrar in _registrars)
        {
            await registrar.DisposeAsync();
        }

        foreach (MusterClient client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Register_RegistryAnswers_SaysWhatWasAskedAndIsRegistered()
    {
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Zone = "z1", Weight = 7, Tags = ["v2"] });
        await entry.Settled;

        var posted = _registry.Instances["a"];
        Assert.Equal("payments", (string)posted["service"]!);
        Assert.Equal(30, (double)posted["leaseSeconds"]!);
        Assert.Equal(7, (int)posted["weights"]!["passing"]!);
        Assert.Equal("z1", (string)posted["zone"]!);
        Assert.Equal("up", (string)posted["state"]!);
        Assert.Equal(registrar.Epoch, (long)posted["epoch"]!);
        Assert.Null(posted["region"]);
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.Equal(TimeSpan.FromSeconds(30), entry.Status.LeaseLeft);
    }

    [Fact]
    public async Task Renewal_ComesAtAThirdOfTheLease_WithinTenPercent()
    {
        Registrar registrar = Make();
        await registrar.RegisterAsync(Instance("a"));

        Assert.InRange(await QuietAsync(), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11.01));
        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew"], _registry.Calls);
    }

    [Fact]
    public async Task Renewal_RegistryLostTheInstance_RegistersAgainAtOnce()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        _registry.Instances.Clear();

        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew", "POST /api/v1/instances"], _registry.Calls);
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.True(_registry.Instances.ContainsKey("a"));
    }

    [Theory]
    [InlineData(404, "text/html", "<html>no such page</html>")]
    [InlineData(200, "text/html", "<html>welcome</html>")]
    [InlineData(500, "text/plain", "oops")]
    [InlineData(404, "application/problem+json", "{\"type\":\"urn:muster:problem:no-endpoint\"")]
    public async Task Renewal_AnswerIsNotTheRegistrys_IsAFailureAndNothingElse(int status, string media, string body)
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        _registry.Fault = _ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, media) };

        await PassAsync(await QuietAsync() + TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, entry.Status.Failures);
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew"], _registry.Calls);
    }

    [Fact]
    public async Task Register_RegistryDown_ReturnsAtOnceAndTriesOnUntilItIsBack()
    {
        _registry.Fault = _ => throw new HttpRequestException("connection refused");
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        Assert.Equal(RegistrationState.Pending, entry.Status.State);
        Assert.Contains("connection refused", entry.Status.Error, StringComparison.Ordinal);

        for (int failures = 1; failures < 12; failures++)
        {
            Assert.Equal(failures, entry.Status.Failures);
            TimeSpan pause = await QuietAsync();
            Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            await PassAsync(pause + TimeSpan.FromMilliseconds(1));
        }

        _registry.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.Null(entry.Status.Error);
    }

    [Fact]
    public async Task Status_NoRenewalForALease_IsLostAndComesBack()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        _registry.Fault = _ => throw new HttpRequestException("connection refused");

        for (int second = 0; second < 30; second++)
        {
            Assert.Equal(RegistrationState.Registered, entry.Status.State);
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RegistrationState.Lost, entry.Status.State);
        Assert.Equal(TimeSpan.Zero, entry.Status.LeaseLeft);

        _registry.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
    }

    [Fact]
    public async Task Register_FirstServerDown_TurnsToTheNextAndStaysThere()
    {
        var asked = new List<string>();
        _registry.Fault = request =>
        {
            asked.Add(request.RequestUri!.Host);
            return asked[0] == request.RequestUri.Host ? throw new HttpRequestException("connection refused") : null;
        };
        Registrar registrar = Make(null, "http://registry-1:8500", "http://registry-2:8500");

        await registrar.RegisterAsync(Instance("a"));
        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.NotEqual(asked[0], asked[1]);
        Assert.Equal(asked[1], asked[2]);
    }

    [Fact]
    public async Task SeveralInstances_RegisteredTogether_ShareOneRenewal()
    {
        _registry.Fault = _ => throw new HttpRequestException("connection refused");
        Registrar registrar = Make();
        foreach (string id in new[] { "a", "b", "c" })
        {
            await registrar.RegisterAsync(Instance(id));
        }

        await QuietAsync();
        _registry.Fault = null;
        registrar.RenewNow();
        await UntilAsync(() => registrar.Instances.All(entry => entry.WasAcknowledged));
        Assert.Equal("POST /api/v1/instances/batch", _registry.Calls[^1]);

        await QuietAsync();
        _registry.Instances.Remove("b");
        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances/renew", "POST /api/v1/instances"], _registry.Calls.TakeLast(2));
        Assert.All(registrar.Instances, entry => Assert.Equal(RegistrationState.Registered, entry.Status.State));
        Assert.Equal(3, _registry.Instances.Count);
    }

    [Fact]
    public async Task Renewal_SuccessorHasRegistered_YieldsForGood()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await PassAsync(TimeSpan.FromMilliseconds(5));
        Registrar successor = Make();
        await successor.RegisterAsync(Instance("a"));

        await PassAsync(TimeSpan.FromSeconds(12));
        Assert.Equal(RegistrationState.Superseded, entry.Status.State);
        await StopAsync(registrar);

        Assert.Equal(successor.Epoch, (long)_registry.Instances["a"]["epoch"]!);
        Assert.DoesNotContain("DELETE /api/v1/instances/a", _registry.Calls);
    }

    [Fact]
    public async Task Stop_SuccessorHasRegistered_DeregistersNothing()
    {
        Registrar registrar = Make();
        await registrar.RegisterAsync(Instance("a"));
        await PassAsync(TimeSpan.FromMilliseconds(5));
        Registrar successor = Make();
        await successor.RegisterAsync(Instance("a"));
        await QuietAsync();

        await StopAsync(registrar);

        Assert.Equal("up", (string)_registry.Instances["a"]["state"]!);
    }

    [Fact]
    public async Task Register_ClockWentBackSinceThePredecessor_GoesAboveItsEpoch()
    {
        Registrar predecessor = Make();
        await predecessor.RegisterAsync(Instance("a"));
        await QuietAsync();
        _time.SetWallClock(_time.GetUtcNow() - TimeSpan.FromHours(1));

        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await PassAsync(TimeSpan.FromSeconds(0.3));

        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.True(registrar.Epoch < predecessor.Epoch);
        Assert.Equal(predecessor.Epoch + 1, entry.Epoch);
        Assert.Equal(entry.Epoch, (long)_registry.Instances["a"]["epoch"]!);
    }

    [Fact]
    public async Task Starting_MarkUp_TellsTheRegistryAtOnce()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Starting = true });
        await entry.Settled;
        Assert.Equal("starting", (string)_registry.Instances["a"]["state"]!);

        entry.MarkUp();

        await UntilAsync(() => (string)_registry.Instances["a"]["state"]! == "up");
    }

    [Fact]
    public async Task Starting_MarkUpDuringARenewal_IsNotTakenForToldByIt()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Starting = true });
        await QuietAsync();
        _registry.Fault = request =>
        {
            // the renewal is under way
            if (request.Method == HttpMethod.Put)
            {
                entry.MarkUp();
            }

            return null;
        };

        _time.Advance(TimeSpan.FromSeconds(11.1));

        await UntilAsync(() => (string)_registry.Instances["a"]["state"]! == "up");
    }

    [Fact]
    public async Task Stop_DrainIsRefused_DeregistersAllTheSame()
    {
        Registrar registrar = Make();
        await (await registrar.RegisterAsync(Instance("a"))).Settled;
        _registry.Fault = request => request.RequestUri!.AbsolutePath.EndsWith("/drain", StringComparison.Ordinal) ? FakeRegistry.Problem(403, "forbidden") : null;

        await StopAsync(registrar);

        Assert.Empty(_registry.Instances);
    }

    [Fact]
    public async Task Stop_DrainsDeregistersAndWaits()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a/b c"));
        await entry.Settled;

        Task stop = registrar.StopAsync();
        await UntilAsync(() => _registry.State(() => _registry.Instances.Count) == 0);
        await UntilAsync(() => _time.DueTimes.Contains(TimeSpan.FromSeconds(5)));
        Assert.False(stop.IsCompleted);
        Assert.Equal(RegistrationState.Ended, entry.Status.State);

        _time.Advance(TimeSpan.FromSeconds(5));
        await stop.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["PUT /api/v1/instances/a%2Fb%20c/drain", "DELETE /api/v1/instances/a%2Fb%20c"], _registry.Calls.Skip(1));
    }

    [Fact]
    public async Task Stop_RegistryHangs_EndsWithinItsBounds()
    {
        var options = new RegistrationOptions { StopTimeout = TimeSpan.FromSeconds(0.2), DrainPeriod = TimeSpan.FromSeconds(0.1) };
        await using var registrar = new Registrar(Client(TimeProvider.System), options);
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await entry.Settled;
        _registry.Hangs = true;

        long began = TimeProvider.System.GetTimestamp();
        await registrar.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Stop_NeverRegistered_DoesNotWait()
    {
        _registry.Fault = _ => throw new HttpRequestException("connection refused");
        Registrar registrar = Make();
        await registrar.RegisterAsync(Instance("a"));

        await registrar.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(registrar.StopAsync().IsCompleted);
    }

    [Fact]
    public async Task Register_Refused_SaysWhyAndTriesOnceALease()
    {
        _registry.Fault = _ => FakeRegistry.Problem(409, "id-taken");
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await UntilAsync(() => entry.Status.State == RegistrationState.Refused);

        Assert.Contains("id-taken: because", entry.Status.Error, StringComparison.Ordinal);
        Assert.InRange(await QuietAsync(), TimeSpan.FromSeconds(27), TimeSpan.FromSeconds(33.01));
    }

    [Fact]
    public async Task Register_RequiredAndRefused_Fails()
    {
        _registry.Fault = _ => FakeRegistry.Problem(400, "invalid-request");
        Registrar registrar = Make(new RegistrationOptions { Required = true, RequestTimeout = RequestTimeout });

        var failure = await Assert.ThrowsAsync<RegistrationException>(() => registrar.RegisterAsync(Instance("a")));

        Assert.Contains("invalid-request", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_RequiredAndRegistryDown_FailsWhenItsTimeIsUp()
    {
        _registry.Hangs = true;
        Registrar registrar = Make(new RegistrationOptions { Required = true, RequiredTimeout = TimeSpan.FromSeconds(7) });

        Task register = registrar.RegisterAsync(Instance("a"));
        await UntilAsync(() => _time.DueTimes.Contains(TimeSpan.FromSeconds(7)));
        _time.Advance(TimeSpan.FromSeconds(7));

        await Assert.ThrowsAsync<RegistrationException>(() => register);
    }

    [Fact]
    public async Task Register_Throttled_WaitsAsLongAsItWasAsked()
    {
        _registry.Fault = _ =>
        {
            HttpResponseMessage answer = FakeRegistry.Problem(429, "limit-reached");
            answer.Headers.Add("Retry-After", "4");
            return answer;
        };
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await UntilAsync(() => entry.Status.Failures == 1);

        Assert.InRange(await QuietAsync(), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5.01));
    }

    [Theory]
    [InlineData(503, "limit-reached")]
    [InlineData(404, "unknown-instance")]
    [InlineData(409, "stale-epoch")]
    public async Task Register_ServerAnswersTheSameEveryTimeWithADateOfThePast_IsNotAskedWithoutPause(int status, string type)
    {
        _registry.Fault = _ =>
        {
            HttpResponseMessage answer = FakeRegistry.Problem(status, type, currentEpoch: 5);
            answer.Headers.Add("Retry-After", "Fri, 01 Jan 2021 00:00:00 GMT");
            return answer;
        };
        Registrar registrar = Make();

        await registrar.RegisterAsync(Instance("a"));

        Assert.InRange(await QuietAsync(), TimeSpan.FromMilliseconds(40), TimeSpan.FromSeconds(1));
        Assert.Single(_registry.Calls);
    }

    [Fact]
    public async Task Register_InvalidInstance_SaysEverythingAtOnce()
    {
        Registrar registrar = Make();

        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => registrar.RegisterAsync(new InstanceRegistration { Service = "a b", Id = "", Address = "", Port = 70000 }));

        Assert.Contains("Service: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Id: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Address: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Port: must be from 0 to 65535, got '70000'", failure.Message, StringComparison.Ordinal);
    }

    private static InstanceRegistration Instance(string id) => new() { Service = "payments", Id = id, Address = "10.0.0.1", Port = 8080 };

    private Registrar Make(RegistrationOptions? options = null, params string[] servers)
    {
        var registrar = new Registrar(Client(_time, servers), options ?? new RegistrationOptions { RequestTimeout = RequestTimeout });
        _registrars.Add(registrar);
        return registrar;
    }

    private MusterClient Client(TimeProvider time, params string[] servers)
    {
        var options = new MusterClientOptions { HttpHandler = () => _registry };
        foreach (string server in servers)
        {
            options.Addresses.Add(new Uri(server));
        }

        var client = new MusterClient(options, time, new Random(7));
        _clients.Add(client);
        return client;
    }

    private async Task StopAsync(Registrar registrar)
    {
        Task stop = registrar.StopAsync();
        await UntilAsync(() => stop.IsCompleted || _time.DueTimes.Contains(TimeSpan.FromSeconds(5)));
        _time.Advance(TimeSpan.FromSeconds(5));
        await stop;
    }

    /// <summary>Waits until every loop has lain down, or waits for an answer that does not come; returns when the first wakes.</summary>
    private async Task<TimeSpan> QuietAsync()
    {
        await UntilAsync(() =>
        {
            IReadOnlyList<TimeSpan> due = _time.DueTimes;
            return due.Count >= _registrars.Count && due.Contains(RequestTimeout) == _registry.Hangs;
        });
        return _time.DueTimes.Min();
    }

    private async Task PassAsync(TimeSpan time)
    {
        await QuietAsync();
        _time.Advance(time);
        await QuietAsync();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, "it did not come about within 10 s");
            await Task.Yield();
        }
    }
}
