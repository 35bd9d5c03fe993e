using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

/// <summary>The orderly end.</summary>
public sealed class StopTests : RegistrarTest
{
    [Fact]
    public async Task Stop_DrainIsRefused_DeregistersAllTheSame()
    {
        Registrar registrar = Make();
        await (await registrar.RegisterAsync(Instance("a"))).Settled;
        Registry.Fault = request => request.RequestUri!.AbsolutePath.EndsWith("/drain", StringComparison.Ordinal) ? FakeRegistry.Problem(403, "forbidden") : null;

        await StopAsync(registrar);

        Assert.Empty(Registry.Instances);
    }

    [Fact]
    public async Task Stop_DrainsDeregistersAndWaits()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a/b c"));
        await entry.Settled;

        Task stop = registrar.StopAsync();
        await UntilAsync(() => Registry.State(() => Registry.Instances.Count) == 0);
        await UntilAsync(() => Time.DueTimes.Contains(TimeSpan.FromSeconds(5)));
        Assert.False(stop.IsCompleted);
        Assert.Equal(RegistrationState.Ended, entry.Status.State);

        Time.Advance(TimeSpan.FromSeconds(5));
        await stop.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["PUT /api/v1/instances/a%2Fb%20c/drain", "DELETE /api/v1/instances/a%2Fb%20c"], Registry.Calls.Skip(1));
    }

    [Fact]
    public async Task Stop_RegistryHangs_EndsWithinItsBounds()
    {
        TimeSpan stopTimeout = TimeSpan.FromSeconds(7);
        TimeSpan drainPeriod = TimeSpan.FromSeconds(11);
        Registrar registrar = Make(new RegistrationOptions { RequestTimeout = RequestTimeout, StopTimeout = stopTimeout, DrainPeriod = drainPeriod });
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await entry.Settled;
        Registry.Hangs = true;

        Task stop = registrar.StopAsync();
        await UntilAsync(() => Registry.Calls[^1] == "PUT /api/v1/instances/a/drain");
        Time.Advance(RequestTimeout);
        await UntilAsync(() => Registry.Calls[^1] == "DELETE /api/v1/instances/a");
        Time.Advance(stopTimeout - RequestTimeout);
        await UntilAsync(() => Time.DueTimes.Contains(drainPeriod));
        Assert.False(stop.IsCompleted);

        Time.Advance(drainPeriod);
        await stop.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Stop_NeverRegistered_DoesNotWait()
    {
        Registry.Fault = _ => throw new HttpRequestException("connection refused");
        Registrar registrar = Make();
        await registrar.RegisterAsync(Instance("a"));

        await registrar.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(registrar.StopAsync().IsCompleted);
    }
}
