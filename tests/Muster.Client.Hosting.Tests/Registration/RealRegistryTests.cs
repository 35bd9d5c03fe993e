using System.Net;
using System.Text.Json.Nodes;
using Muster.Client.Registration;
using Muster.FailureTests.Processes;
using Muster.FunctionalTests;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests.Registration;

/// <summary>The registrar against the server's own rules of batches, epochs and lost registrations.</summary>
public sealed class RealRegistryTests
{
    /// <summary>No lease ends during a test, however busy the machine is.</summary>
    private static readonly RegistrationOptions Calm = new() { Lease = TimeSpan.FromMinutes(5), DrainPeriod = TimeSpan.Zero };

    [Fact]
    public async Task ThreeInstances_OneIsLost_TheBatchTellsAndItIsRegisteredAgain()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent);
        await using var registrar = new Registrar(client, Calm);
        foreach (string id in new[] { "a", "b/ü", "c" })
        {
            await registrar.RegisterAsync(Instance(id));
        }

        await UntilAsync(() => AllRegistered(registrar));
        using HttpResponseMessage gone = await agent.Client.DeleteAsync(new Uri("/api/v1/instances/b%2F%C3%BC", UriKind.Relative));
        Assert.True(gone.IsSuccessStatusCode);
        Assert.Equal(["a", "c"], await IdsAsync(agent));

        registrar.RenewNow();

        // the registry has it a moment before the registrar has the answer
        await UntilAsync(async () => (await IdsAsync(agent)).Count == 3 && AllRegistered(registrar));
        await registrar.StopAsync();
        Assert.Empty(await IdsAsync(agent));
    }

    [Fact]
    public async Task ThreeInstances_OneRefused_TheOthersAreRegistered()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent);
        await using var holder = new Registrar(client, Calm);
        await holder.RegisterAsync(Instance("b") with { Service = "other" });
        await UntilAsync(() => AllRegistered(holder));
        await using var registrar = new Registrar(client, Calm);
        foreach (string id in new[] { "a", "b", "c" })
        {
            await registrar.RegisterAsync(Instance(id));
        }

        await UntilAsync(() => registrar.Instances.Count(entry => entry.Status.State == RegistrationState.Registered) == 2);
        await UntilAsync(() => registrar.Instances[1].Status.State == RegistrationState.Refused);

        Assert.Contains("id-taken", registrar.Instances[1].Status.Error, StringComparison.Ordinal);
        await registrar.StopAsync();
        Assert.Equal(RegistrationState.Registered, holder.Instances[0].Status.State);
    }

    [Fact]
    public async Task RegistryRestartsWithoutItsData_EveryInstanceIsBackWithinAThirdOfTheLease()
    {
        int port = Ports.Free(IPAddress.Loopback);
        RunningAgent first = await RunningAgent.StartAsync("-dev", $"-http-port={port}");
        await using MusterClient client = ClientOf(first);
        await using var registrar = new Registrar(client, new RegistrationOptions { Lease = TimeSpan.FromSeconds(3), DrainPeriod = TimeSpan.Zero });
        await registrar.RegisterAsync(Instance("a"));
        await registrar.RegisterAsync(Instance("b"));
        await UntilAsync(() => AllRegistered(registrar));
        await first.DisposeAsync();

        await using RunningAgent second = await RunningAgent.StartAsync("-dev", $"-http-port={port}");

        await UntilAsync(async () => (await IdsAsync(second)).Count == 2);
    }

    [Fact]
    public async Task LateStopOfAPredecessor_LeavesItsSuccessorRegistered()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent);
        await using var old = new Registrar(client, Calm);
        await old.RegisterAsync(Instance("a"));
        await UntilAsync(() => AllRegistered(old));
        await UntilAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > old.Epoch);
        await using var young = new Registrar(client, Calm);
        RegisteredInstance successor = await young.RegisterAsync(Instance("a") with { Port = 9999 });
        await UntilAsync(() => AllRegistered(young));

        await old.StopAsync();

        Assert.Equal(["a"], await IdsAsync(agent));
        young.RenewNow();
        await UntilAsync(() => successor.Status is { State: RegistrationState.Registered, LeaseLeft.TotalMinutes: > 4 });
        await young.StopAsync();
        Assert.Empty(await IdsAsync(agent));
    }

    [Fact]
    public async Task TwoProcessesWithOneId_TheElderYields()
    {
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        await using MusterClient client = ClientOf(agent);
        await using var elder = new Registrar(client, Calm);
        RegisteredInstance entry = await elder.RegisterAsync(Instance("a"));
        await UntilAsync(() => AllRegistered(elder));
        await UntilAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > elder.Epoch);
        await using var young = new Registrar(client, Calm);
        await young.RegisterAsync(Instance("a"));
        await UntilAsync(() => AllRegistered(young));

        elder.RenewNow();

        await UntilAsync(() => entry.Status.State == RegistrationState.Superseded);
        Assert.True(AllRegistered(young));
    }

    private static bool AllRegistered(Registrar registrar) =>
        registrar.Instances.All(entry => entry.Status.State == RegistrationState.Registered);

    private static InstanceRegistration Instance(string id) => new() { Service = "payments", Id = id, Address = "10.0.0.1", Port = 8080 };

    private static MusterClient ClientOf(RunningAgent agent) => new(new MusterClientOptions { Addresses = { agent.Client.BaseAddress! } });

    private static async Task<List<string>> IdsAsync(RunningAgent agent)
    {
        using HttpResponseMessage answer = await agent.Client.GetAsync(new Uri("/api/v1/services/payments", UriKind.Relative));
        return answer.IsSuccessStatusCode
            ? [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["instances"]!.AsArray().Select(instance => (string)instance!["id"]!)]
            : [];
    }
}
