using System.Collections.Immutable;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Balancing;

/// <summary>A balancer over instances of one service, with a clock and randomness that repeat.</summary>
internal sealed class Fleet : IDisposable
{
    private long _revision;

    public Fleet(string policy, Action<ServiceOptions>? configure = null, string zone = "", string region = "", string clientId = "client", int? ordinal = null, int seed = 1)
    {
        var options = new ServiceOptions { Policy = policy };
        configure?.Invoke(options);
        Balancer = new Balancer(new BalancerSettings
        {
            Options = options,
            Policy = BalancingPolicies.Find(policy, []),
            Zone = zone,
            Region = region,
            ClientId = clientId,
            ClientOrdinal = ordinal,
            Time = Time,
            Random = new Random(seed),
        });
    }

    public ManualTime Time { get; } = new(frequency: 3_579_545);

    public Balancer Balancer { get; }

    public static ServiceInstance Instance(int number, int weight = 1, string zone = "", string region = "") => new()
    {
        Service = "payments",
        Id = $"payments-{number:D4}",
        Node = $"node-{number % 7}",
        Address = "10.0.0.1",
        Port = 1_000 + number,
        Weight = weight,
        Zone = zone,
        Region = region,
    };

    public static ImmutableArray<ServiceInstance> Instances(int count) => [.. Enumerable.Range(0, count).Select(i => Instance(i))];

    public Fleet Of(params IEnumerable<ServiceInstance> instances)
    {
        Balancer.Update(new ServiceView("payments", [.. instances], ++_revision, ViewSource.Stream));
        return this;
    }

    public Target Target(int number) => Balancer.Targets.First(target => target.Instance.Port == 1_000 + number);

    /// <summary>How often each target comes up in so many picks.</summary>
    public Dictionary<Target, int> Count(int picks) =>
        Enumerable.Range(0, picks).Select(_ => Balancer.Pick()!).CountBy(target => target).ToDictionary();

    /// <summary>The part of so many picks that goes to each number of instance.</summary>
    public Dictionary<int, double> Shares(int picks) =>
        Count(picks).ToDictionary(count => count.Key.Instance.Port - 1_000, count => (double)count.Value / picks);

    /// <summary>A call that took so long.</summary>
    public void Call(Target target, TimeSpan latency, CallResult result = CallResult.Success)
    {
        target.Enter();
        long started = Time.GetTimestamp();
        Time.Advance(latency);
        target.Leave(result, started, Time.GetTimestamp());
    }

    /// <summary>A call that began some time ago ends.</summary>
    public void End(Target target) => target.Leave(CallResult.Success, Time.GetTimestamp(), Time.GetTimestamp());

    public void Dispose() => Balancer.Dispose();
}
