using Muster.Client;
using Muster.Client.Balancing;

namespace Muster.Bench.Rows;

/// <summary>A policy as <see cref="ClientPickRow"/> measures it: with zones or without, with equal weights or different ones.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="HasTarget">Whether its figures are ones that must be reached.</param>
internal sealed record PickSubject(string Policy, bool HasTarget = false)
{
    private const string OwnZone = "z0";

    private readonly Random _random = new(1);

    public string Zones { get; init; } = "";

    public bool Spills { get; init; }

    public bool Weights { get; init; }

    public bool HasKey { get; init; }

    private string Zone => Zones.Length > 0 ? OwnZone : "";

    public override string ToString() => Policy + (Zones.Length > 0 ? $", {Zones}" : "") + (Weights ? ", weights 1 to 4" : "");

    /// <summary>A client whose registry cannot be reached: what it knows is what it is given here.</summary>
    public MusterClient Client()
    {
        var options = new MusterClientOptions { Addresses = { new Uri("http://127.0.0.1:1") }, Zone = Zone };
        options.Defaults.Policy = Policy;
        return new MusterClient(options, TimeProvider.System, _random);
    }

    public BalancerSettings Settings() => new() { Policy = BalancingPolicies.Find(Policy, []), Zone = Zone, Random = _random };

    /// <summary>Three zones; if the own one shall spill over, it has a tenth of the instances.</summary>
    public ServiceView View(string service, int size) => new(service, [.. Enumerable.Range(0, size).Select(i => new ServiceInstance
    {
        Service = service,
        Id = $"{service}-{i:D4}",
        Node = $"node-{i % 20}",
        Address = $"10.0.{i / 250}.{i % 250}",
        Port = 8080,
        Weight = Weights || Policy == "weighted" ? 1 + (i % 4) : 1,
        Zone = ZoneOf(i),
    })], 1, ViewSource.Stream);

    private string ZoneOf(int instance) => (Spills, instance) switch
    {
        (true, _) when instance % 10 != 0 => $"z{1 + (instance % 2)}",
        (true, _) => OwnZone,
        _ => $"z{instance % 3}",
    };

    /// <summary>Calls under way and latencies that differ, so that no comparison can be foreseen.</summary>
    public void Load(Target target)
    {
        for (int i = _random.Next(8); i > 0; i--)
        {
            target.Enter();
        }

        target.Latency.Observe(TimeSpan.FromMicroseconds(_random.Next(500, 2_000)), failed: false, target.Owner.Millis(target.Owner.Time.GetTimestamp()));
    }
}
