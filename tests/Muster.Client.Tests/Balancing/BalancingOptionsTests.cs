using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class BalancingOptionsTests
{
    [Fact]
    public void Validate_AllWrong_NamesEveryOne()
    {
        var options = new MusterClientOptions { ClientOrdinal = -1 };
        ServiceOptions payments = options.Services["payments"] = new ServiceOptions { Policy = "fastest" };
        payments.Zone.LoadFactor = double.NaN;
        payments.SlowStart.Window = TimeSpan.FromHours(2);
        payments.SlowStart.InitialShare = 0;
        payments.Subset.Size = -1;
        payments.Hash.LoadFactor = 1;
        payments.Hash.PointsPerInstance = 2_000;

        Assert.Equal(
            [
                "ClientOrdinal: must be from 0 to 2147483647, got -1",
                "Services[payments].Policy: must be one of round_robin, random, weighted, p2c, ewma, consistent_hash, got 'fastest'",
                "Services[payments].Zone.LoadFactor: must be from 1 to 100, got NaN",
                "Services[payments].SlowStart.Window: must be from 00:00:00 to 01:00:00, got 02:00:00",
                "Services[payments].SlowStart.InitialShare: must be from 0.01 to 1, got 0",
                "Services[payments].Subset.Size: must be from 0 to 10000, got -1",
                "Services[payments].Hash.LoadFactor: must be from 1.01 to 100, got 1",
                "Services[payments].Hash.PointsPerInstance: must be from 16 to 1024, got 2000",
            ],
            options.Validate());
    }

    [Fact]
    public void Policies_OwnOne_IsFoundByNameAndPicks()
    {
        var options = new MusterClientOptions { Policies = { new LastOne() } };
        options.Defaults.Policy = "last_one";
        Assert.Empty(options.Validate());

        var balancer = new Balancer(new BalancerSettings { Policy = BalancingPolicies.Find("last_one", options.Policies), Random = new Random(1) });
        balancer.Update(new ServiceView("payments", Fleet.Instances(4), 1, ViewSource.Stream));

        Assert.Equal(1_003, balancer.Pick()!.Instance.Port);
    }

    [Fact]
    public void Policies_OwnOneThrows_TargetsArePickedAtRandom()
    {
        var balancer = new Balancer(new BalancerSettings { Policy = new Broken(), Random = new Random(1) });
        balancer.Update(new ServiceView("payments", Fleet.Instances(4), 1, ViewSource.Stream));

        Assert.Equal(4, Enumerable.Range(0, 100).Select(_ => balancer.Pick()!).Distinct().Count());
    }

    [Fact]
    public async Task MusterClient_OptionsOfAService_ReachItsBalancer()
    {
        var options = new MusterClientOptions { Zone = "a", ClientOrdinal = 1, HttpHandler = () => new Unreachable() };
        options.Services["payments"] = new ServiceOptions { Policy = "consistent_hash", Subset = { Size = 4 } };
        await using var client = new MusterClient(options, TimeProvider.System, new Random(1));
        ServiceHandle handle = client.Service("payments");
        handle.Publish(new ServiceView("payments", [.. Enumerable.Range(0, 20).Select(i => Fleet.Instance(i, zone: i % 2 == 0 ? "a" : "b"))], 1, ViewSource.Stream));

        Target[] picked = [.. Enumerable.Range(1, 200).Select(key => handle.Pick(new PickContext((ulong)key, Tried: null))!)];

        Assert.All(picked, target => Assert.Equal("a", target.Instance.Zone));
        Assert.Equal(4, picked.Distinct().Count());
        Assert.Same(picked[0], handle.Pick(new PickContext(1, Tried: null)));
    }

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("unreachable");
    }

    private sealed class LastOne : IBalancingPolicy
    {
        public string Name => "last_one";

        public TargetPicker CreatePicker(PickerInput input) => new Picker(input.Targets[^1].Target);

        private sealed class Picker(Target target) : TargetPicker
        {
            public override Target Pick(in PickContext context) => target;
        }
    }

    private sealed class Broken : IBalancingPolicy
    {
        public string Name => "broken";

        public TargetPicker CreatePicker(PickerInput input) => throw new InvalidOperationException();
    }
}
