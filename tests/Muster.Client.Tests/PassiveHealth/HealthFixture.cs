using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;
using Muster.Testing;

namespace Muster.Client.Tests.PassiveHealth;

/// <summary>A service with passive health, a clock that is moved by hand, and calls that end as told.</summary>
internal sealed class HealthFixture : IDisposable
{
    private readonly ServiceHealth _health;
    private readonly Balancer _balancer;
    private long _revision;

    public HealthFixture(EjectionOptions? ejection = null, BreakerOptions? breaker = null, int seed = 1)
    {
        _health = new ServiceHealth(new ServiceHealthSettings
        {
            Service = "payments",
            Ejection = ejection ?? new EjectionOptions { Jitter = 0 },
            Breaker = breaker ?? new BreakerOptions(),
            Time = Time,
            Random = new Random(seed),
        });
        _balancer = new Balancer(new BalancerSettings { Availability = _health, Time = Time, Random = new Random(seed) });
    }

    public ManualTime Time { get; } = new(frequency: 10_000_019);

    public IReadOnlyList<Target> Targets => _balancer.Targets;

    public EndpointCounts Counts => _health.Count();

    public static ServiceInstance Instance(int number) => new() { Service = "payments", Id = $"p-{number}", Address = "10.0.0.1", Port = 8000 + number };

    public void Show(params ServiceInstance[] instances) =>
        _balancer.Update(new ServiceView("payments", [.. instances], ++_revision, ViewSource.Stream));

    public void ShowMany(int count) => Show([.. Enumerable.Range(0, count).Select(Instance)]);

    public static void Call(Target target, CallResult result, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Call call = target.Begin();
            call.Complete(result);
        }
    }

    public Target? Pick(params IReadOnlyList<Target> tried) => _balancer.Pick(new PickContext(0, tried));

    /// <summary>The ids that picks return now, trials included.</summary>
    public string Picked()
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 4 * Targets.Count; i++)
        {
            ids.Add(Pick()!.Instance.Id);
        }

        return string.Join(' ', ids);
    }

    public void Dispose() => _health.Dispose();
}
