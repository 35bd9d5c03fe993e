using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

/// <summary>Two processes under one id: the younger one counts.</summary>
public sealed class SuccessorTests : RegistrarTest
{
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

        Assert.Equal(successor.Epoch, (long)Registry.Instances["a"]["epoch"]!);
        Assert.DoesNotContain("DELETE /api/v1/instances/a", Registry.Calls);
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

        Assert.Equal("up", (string)Registry.Instances["a"]["state"]!);
    }

    [Fact]
    public async Task Register_ClockWentBackSinceThePredecessor_GoesAboveItsEpoch()
    {
        Registrar predecessor = Make();
        await predecessor.RegisterAsync(Instance("a"));
        await QuietAsync();
        Time.SetWallClock(Time.GetUtcNow() - TimeSpan.FromHours(1));

        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await PassAsync(TimeSpan.FromSeconds(0.3));

        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.True(registrar.Epoch < predecessor.Epoch);
        Assert.Equal(predecessor.Epoch + 1, entry.Epoch);
        Assert.Equal(entry.Epoch, (long)Registry.Instances["a"]["epoch"]!);
    }
}
