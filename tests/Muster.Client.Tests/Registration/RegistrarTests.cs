using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

/// <summary>How an instance is registered, and what becomes of a registration that is refused or not answered.</summary>
public sealed class RegistrarTests : RegistrarTest
{
    [Fact]
    public async Task Register_RegistryAnswers_SaysWhatWasAskedAndIsRegistered()
    {
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Zone = "z1", Weight = 7, Tags = ["v2"] });
        await entry.Settled;

        var posted = Registry.Instances["a"];
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
    public async Task Register_RegistryDown_ReturnsAtOnceAndTriesOnUntilItIsBack()
    {
        Registry.Fault = _ => throw new HttpRequestException("connection refused");
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

        Registry.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.Null(entry.Status.Error);
    }

    [Fact]
    public async Task Register_FirstServerDown_TurnsToTheNextAndStaysThere()
    {
        var asked = new List<string>();
        Registry.Fault = request =>
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
    public async Task Starting_MarkUp_TellsTheRegistryAtOnce()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Starting = true });
        await entry.Settled;
        Assert.Equal("starting", (string)Registry.Instances["a"]["state"]!);

        entry.MarkUp();

        await UntilAsync(() => (string)Registry.Instances["a"]["state"]! == "up");
    }

    [Fact]
    public async Task Register_Refused_SaysWhyAndTriesOnceALease()
    {
        Registry.Fault = _ => FakeRegistry.Problem(409, "id-taken");
        Registrar registrar = Make();

        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await UntilAsync(() => entry.Status.State == RegistrationState.Refused);

        Assert.Contains("id-taken: because", entry.Status.Error, StringComparison.Ordinal);
        Assert.InRange(await QuietAsync(), TimeSpan.FromSeconds(27), TimeSpan.FromSeconds(33.01));
    }

    [Fact]
    public async Task Register_RequiredAndRefused_Fails()
    {
        Registry.Fault = _ => FakeRegistry.Problem(400, "invalid-request");
        Registrar registrar = Make(new RegistrationOptions { Required = true, RequestTimeout = RequestTimeout });

        var failure = await Assert.ThrowsAsync<RegistrationException>(() => registrar.RegisterAsync(Instance("a")));

        Assert.Contains("invalid-request", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_RequiredAndRegistryDown_FailsWhenItsTimeIsUp()
    {
        Registry.Hangs = true;
        Registrar registrar = Make(new RegistrationOptions { Required = true, RequiredTimeout = TimeSpan.FromSeconds(7) });

        Task register = registrar.RegisterAsync(Instance("a"));
        await UntilAsync(() => Time.DueTimes.Contains(TimeSpan.FromSeconds(7)));
        Time.Advance(TimeSpan.FromSeconds(7));

        await Assert.ThrowsAsync<RegistrationException>(() => register);
    }

    [Fact]
    public async Task Register_Throttled_WaitsAsLongAsItWasAsked()
    {
        Registry.Fault = _ =>
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
        Registry.Fault = _ =>
        {
            HttpResponseMessage answer = FakeRegistry.Problem(status, type, currentEpoch: 5);
            answer.Headers.Add("Retry-After", "Fri, 01 Jan 2021 00:00:00 GMT");
            return answer;
        };
        Registrar registrar = Make();

        await registrar.RegisterAsync(Instance("a"));

        Assert.InRange(await QuietAsync(), TimeSpan.FromMilliseconds(40), TimeSpan.FromSeconds(1));
        Assert.Single(Registry.Calls);
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
}
