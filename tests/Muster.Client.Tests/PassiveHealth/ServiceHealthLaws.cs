using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.PassiveHealth;

/// <summary>What holds whatever happens: calls that end in any way and any order, time that passes, views that change.</summary>
public sealed class ServiceHealthLaws
{
    private const int Steps = 400;
    private static readonly EjectionOptions s_ejection = new() { SuccessRateMinimumCalls = 5, SuccessRateMinimumTargets = 3 };

    [Fact]
    public void AnyHistory_NeverEjectsTooMany_NorTriesTooMuch() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        var breaker = new BreakerOptions { TrialCalls = random.Next(1, 4), MinimumCalls = 5, TrialTimeout = TimeSpan.FromHours(1) };
        using var service = new HealthFixture(s_ejection, breaker, seed);
        var calls = new List<(Target Target, Call Call, long? TrialOf)>();
        service.ShowMany(random.Next(1, 9));
        for (int step = 0; step < Steps; step++)
        {
            Act(service, calls, random);

            InstanceState best = AvailabilityFilter.BestState([.. service.Targets]);
            Target[] candidates = [.. service.Targets.Where(target => target.Instance.State == best)];
            int ejected = candidates.Count(target => target.Health.State != BreakerState.Closed);
            Assert.True(ejected <= EjectionLimit.Of(candidates.Length, s_ejection.MaxEjectedShare), $"{ejected} of {candidates.Length}");
            Assert.True(service.Time.DueTimes.Count <= 1);
            foreach (Target target in service.Targets.Where(target => target.Health.State == BreakerState.HalfOpen))
            {
                Assert.True(calls.Count(call => call.Target == target && call.TrialOf == target.Health.Since) <= breaker.TrialCalls);
            }
        }
    });

    [Fact]
    public void AnyHistory_ThenAllIsWell_EverybodyReturns() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        using var service = new HealthFixture(s_ejection, new BreakerOptions { TrialCalls = random.Next(1, 4) }, seed);
        var calls = new List<(Target Target, Call Call, long? TrialOf)>();
        service.ShowMany(random.Next(2, 9));
        for (int step = 0; step < Steps; step++)
        {
            Act(service, calls, random);
        }

        service.ShowMany(6);
        for (int i = 0; i < 5 && service.Counts is not { Ejected: 0, OnTrial: 0 }; i++)
        {
            service.Time.Advance(s_ejection.MaxDuration * (1 + s_ejection.Jitter));
            for (int call = 0; call < 100; call++)
            {
                HealthFixture.Call(service.Pick()!, CallResult.Success);
            }
        }

        Assert.Equal(new EndpointCounts(6, 0, 0, 0), service.Counts);
    });

    [Fact]
    public void AnyHistory_PicksAlwaysFindSomebody_AndNobodyEjectedWithoutPanic() => ForAnySeed(seed =>
    {
        var random = new Random(seed);
        using var service = new HealthFixture(s_ejection, seed: seed);
        var calls = new List<(Target Target, Call Call, long? TrialOf)>();
        service.ShowMany(random.Next(1, 9));
        for (int step = 0; step < Steps; step++)
        {
            Act(service, calls, random);
            Target? picked = service.Pick();
            Assert.NotNull(picked);
            var usable = new bool[service.Targets.Count];
            bool panic = AvailabilityFilter.Judge([.. service.Targets], usable, s_ejection.PanicThreshold);
            Assert.True(panic || picked.Health.State != BreakerState.Open);
        }
    });

    private static void Act(HealthFixture service, List<(Target Target, Call Call, long? TrialOf)> calls, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                service.Time.Advance(TimeSpan.FromMilliseconds(random.Next(20_000)));
                break;
            case 1 when random.Next(4) == 0:
                service.Show([.. Enumerable.Range(0, 8).Where(_ => random.Next(4) > 0).Select(i => Describe(i, random)).DefaultIfEmpty(HealthFixture.Instance(0))]);
                break;
            case < 6:
                service.Time.Advance(TimeSpan.FromMilliseconds(1));
                Target target = service.Pick()!;
                calls.Add((target, target.Begin(), target.Health.State == BreakerState.HalfOpen ? target.Health.Since : null));
                break;
            default:
                if (calls.Count > 0)
                {
                    int at = random.Next(calls.Count);
                    service.Time.Advance(TimeSpan.FromMilliseconds(1));

                    // numbers of targets decide how bad they are
                    bool fails = random.Next(8) < calls[at].Target.Instance.Port % 8;
                    calls[at].Call.Complete(fails ? (CallResult)random.Next(1, 6) : CallResult.Success);
                    calls.RemoveAt(at);
                }

                break;
        }
    }

    private static ServiceInstance Describe(int number, Random random) => HealthFixture.Instance(number) with
    {
        Health = (InstanceHealth)random.Next(3),
        State = random.Next(5) == 0 ? (InstanceState)random.Next(4) : InstanceState.Up,
        Epoch = random.Next(10) == 0 ? 1 : 0,
    };

    private static void ForAnySeed(Action<int> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true));
}
