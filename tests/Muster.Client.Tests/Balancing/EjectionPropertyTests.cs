using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.Balancing;

/// <summary>Policies over the real passive health: whatever calls show and lists say, who is picked may be called.</summary>
public sealed class EjectionPropertyTests
{
    private static readonly string[] Policies = ["round_robin", "random", "weighted", "p2c", "ewma", "consistent_hash"];

    [Fact]
    public void Pick_CallsFailAndListsChange_NeverAnEjectedOneButInAPanic() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var time = new ManualTime();
            using var health = new ServiceHealth(new ServiceHealthSettings { Service = "payments", Time = time, Random = random });
            using Balancer balancer = BalancerOf(random, time, health);
            bool[] isBad = [.. Enumerable.Range(0, 12).Select(_ => random.Next(4) == 0)];
            for (int step = 0; step < 120; step++)
            {
                if (step % 20 == 0)
                {
                    balancer.Update(new ServiceView("payments", [.. AnyInstances(random)], step + 1, ViewSource.Stream));
                }

                time.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
                Target? picked = balancer.Pick(new PickContext((ulong)random.Next(50), random.Next(3) == 0 ? [balancer.Targets[0]] : null));
                if (picked is null || !balancer.Targets.Contains(picked) || !MayBeCalled(picked, balancer))
                {
                    return false;
                }

                Call call = picked.Begin();
                call.Complete(isBad[picked.Instance.Port - 1_000] && random.Next(5) > 0 ? CallResult.ConnectionFailed : CallResult.Success);
            }

            return true;
        }));

    private static bool MayBeCalled(Target picked, Balancer balancer)
    {
        Target[] targets = [.. balancer.Targets];
        bool isPanic = AvailabilityFilter.Judge(targets, new bool[targets.Length], new EjectionOptions().PanicThreshold);
        return isPanic || picked.Health.State switch
        {
            BreakerState.Open => false,
            BreakerState.HalfOpen => true,
            _ => picked.Instance is { State: InstanceState.Up, Health: not InstanceHealth.Critical } || targets.All(target => target.Instance.State != InstanceState.Up),
        };
    }

    private static Balancer BalancerOf(Random random, ManualTime time, ServiceHealth health)
    {
        var options = new ServiceOptions { Policy = Policies[random.Next(Policies.Length)] };
        options.Subset.Size = random.Next(2) * 4;
        options.SlowStart.Window = TimeSpan.FromSeconds(random.Next(2) * 10);
        return new Balancer(new BalancerSettings
        {
            Options = options,
            Policy = BalancingPolicies.Find(options.Policy, []),
            Availability = health,
            Zone = random.Next(2) == 0 ? "a" : "",
            Time = time,
            Random = random,
        });
    }

    private static IEnumerable<ServiceInstance> AnyInstances(Random random)
    {
        int count = 0;
        for (int i = 0; i < 12; i++)
        {
            if (random.Next(3) > 0 || (i == 11 && count == 0))
            {
                count++;
                yield return Fleet.Instance(i, 1 + random.Next(3), random.Next(2) == 0 ? "a" : "b") with
                {
                    Health = random.Next(6) == 0 ? InstanceHealth.Critical : InstanceHealth.Passing,
                    State = random.Next(6) == 0 ? InstanceState.Draining : InstanceState.Up,
                };
            }
        }
    }
}
