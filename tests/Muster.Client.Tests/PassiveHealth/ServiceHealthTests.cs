using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.PassiveHealth;

public sealed class ServiceHealthTests
{
    private static readonly TimeSpan s_base = new EjectionOptions().BaseDuration;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(2);

    [Theory]
    [InlineData(CallResult.ServerError, 4, "p-0 p-1 p-2")]
    [InlineData(CallResult.ServerError, 5, "p-1 p-2")]
    [InlineData(CallResult.Timeout, 5, "p-1 p-2")]
    [InlineData(CallResult.ConnectionFailed, 5, "p-1 p-2")]
    [InlineData(CallResult.ConnectionRefused, 1, "p-1 p-2")]
    [InlineData(CallResult.Abandoned, 100, "p-0 p-1 p-2")]
    [InlineData(CallResult.Success, 100, "p-0 p-1 p-2")]
    public void Complete_SoManyTimes_Ejects(CallResult result, int times, string left)
    {
        using var service = new HealthFixture();
        service.ShowMany(3);

        HealthFixture.Call(service.Targets[0], result, times);

        Assert.Equal(left, service.Picked());
    }

    [Fact]
    public void Complete_SuccessInBetween_CountsFromTheStart()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);

        for (int i = 0; i < 4; i++)
        {
            HealthFixture.Call(service.Targets[0], CallResult.ServerError, 4);
            HealthFixture.Call(service.Targets[0], CallResult.Success, 5);
        }

        Assert.Equal("p-0 p-1 p-2", service.Picked());
    }

    [Fact]
    public void Complete_Twice_CountsOnce()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Call call = service.Targets[0].Begin();

        call.Complete(CallResult.Success);
        call.Complete(CallResult.ConnectionRefused);

        Assert.Equal(0, service.Targets[0].Outstanding);
        Assert.Equal("p-0 p-1 p-2", service.Picked());
    }

    [Fact]
    public void Ejection_TimeOver_TrialCallsDecide()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Target bad = service.Targets[0];
        HealthFixture.Call(bad, CallResult.ConnectionRefused);
        service.Time.Advance(s_base - s_tick);
        Assert.Equal("p-1 p-2", service.Picked());

        service.Time.Advance(2 * s_tick);
        Assert.Same(bad, service.Pick());
        Assert.DoesNotContain("p-0", service.Picked());

        Call first = bad.Begin();
        first.Complete(CallResult.Success);
        Assert.Same(bad, service.Pick());
        Call second = bad.Begin();
        second.Complete(CallResult.Success);

        Assert.Equal(new EndpointCounts(3, 0, 0, 0), service.Counts);
        Assert.Equal("p-0 p-1 p-2", service.Picked());
    }

    [Theory]
    [InlineData(InstanceState.Draining, InstanceHealth.Passing)]
    [InlineData(InstanceState.OutOfService, InstanceHealth.Passing)]
    [InlineData(InstanceState.Up, InstanceHealth.Critical)]
    public void Trial_OfAnInstanceThatShouldGetNoCalls_Waits(InstanceState state, InstanceHealth health)
    {
        using var service = new HealthFixture();
        service.ShowMany(4);
        Target bad = service.Targets[0];
        HealthFixture.Call(bad, CallResult.ConnectionRefused);
        service.Time.Advance(s_base + s_tick);
        Assert.Equal(BreakerState.HalfOpen, bad.Health.State);

        ServiceInstance[] others = [HealthFixture.Instance(1), HealthFixture.Instance(2), HealthFixture.Instance(3)];
        service.Show([HealthFixture.Instance(0) with { State = state, Health = health }, .. others]);
        Assert.Equal("p-1 p-2 p-3", service.Picked());

        service.Show([HealthFixture.Instance(0), .. others]);
        Assert.Same(bad, service.Pick());
    }

    [Fact]
    public void Trial_Fails_EjectsForTwiceAsLong()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Target bad = service.Targets[0];
        HealthFixture.Call(bad, CallResult.ConnectionRefused);

        for (int round = 1; round <= 4; round++)
        {
            service.Time.Advance((s_base * (1 << (round - 1))) - s_tick);
            Assert.Equal(BreakerState.Open, bad.Health.State);
            service.Time.Advance(2 * s_tick);
            Assert.Equal(BreakerState.HalfOpen, bad.Health.State);
            HealthFixture.Call(service.Pick()!, CallResult.ServerError);
        }
    }

    [Fact]
    public void Ejection_AfterALongTimeInUse_IsShortAgain()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Target target = service.Targets[0];
        for (int i = 0; i < 3; i++)
        {
            HealthFixture.Call(target, CallResult.ConnectionRefused);
            service.Time.Advance(TimeSpan.FromSeconds(21));
            HealthFixture.Call(target, CallResult.Success, 2);
        }

        Assert.Equal(3, target.Health.Ejections);
        service.Time.Advance(TimeSpan.FromMinutes(2));
        HealthFixture.Call(target, CallResult.ConnectionRefused);
        Assert.Equal(2, target.Health.Ejections);

        service.Time.Advance(TimeSpan.FromSeconds(11));
        HealthFixture.Call(target, CallResult.Success, 2);
        service.Time.Advance(TimeSpan.FromMinutes(20));
        HealthFixture.Call(target, CallResult.ConnectionRefused);
        Assert.Equal(1, target.Health.Ejections);
    }

    [Fact]
    public void Ejection_Jitter_SpreadsTheReturns()
    {
        var seconds = new List<double>();
        for (int seed = 0; seed < 50; seed++)
        {
            using var service = new HealthFixture(new EjectionOptions { Jitter = 0.5 }, seed: seed);
            service.ShowMany(2);
            HealthFixture.Call(service.Targets[0], CallResult.ConnectionRefused);
            seconds.Add(Assert.Single(service.Time.DueTimes).TotalSeconds);
        }

        Assert.InRange(seconds.Min(), s_base.TotalSeconds, s_base.TotalSeconds * 1.1);
        Assert.InRange(seconds.Max(), s_base.TotalSeconds * 1.4, (s_base.TotalSeconds * 1.5) + 0.002);
    }

    [Fact]
    public void Ejections_Many_ShareOneTimer()
    {
        using var service = new HealthFixture();
        service.ShowMany(10);

        for (int i = 0; i < 5; i++)
        {
            HealthFixture.Call(service.Targets[i], CallResult.ConnectionRefused);
            service.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(5, service.Counts.Ejected);
        Assert.Single(service.Time.DueTimes);
        service.Time.Advance(s_base);
        Assert.Equal(5, service.Counts.OnTrial);
        Assert.Empty(service.Time.DueTimes);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(10, 5)]
    public void Ejections_AllRefuse_StopAtTheLimit(int targets, int ejected)
    {
        using var service = new HealthFixture();
        service.ShowMany(targets);

        foreach (Target target in service.Targets)
        {
            HealthFixture.Call(target, CallResult.ConnectionRefused, 3);
        }

        Assert.Equal(ejected, service.Counts.Ejected);
        Assert.Equal(targets - ejected, service.Picked().Split(' ').Length);
    }

    [Fact]
    public void View_WithFewerInstances_ReturnsWhatTheLimitForbids()
    {
        using var service = new HealthFixture();
        service.ShowMany(6);
        for (int i = 0; i < 3; i++)
        {
            HealthFixture.Call(service.Targets[i], CallResult.ConnectionRefused);
            service.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        service.Show(HealthFixture.Instance(1), HealthFixture.Instance(2));

        Assert.Equal("p-1", service.Picked());
        Assert.Equal(1, service.Counts.Ejected);
    }

    [Fact]
    public void View_InstanceRegisteredAnew_IsTriedAtOnce()
    {
        using var service = new HealthFixture();
        service.Show([.. Enumerable.Range(0, 3).Select(i => HealthFixture.Instance(i) with { Epoch = 1 })]);
        HealthFixture.Call(service.Targets[0], CallResult.ConnectionRefused);

        service.Show([.. Enumerable.Range(0, 3).Select(i => HealthFixture.Instance(i) with { Epoch = i == 0 ? 2 : 1 })]);

        Assert.Equal(BreakerState.HalfOpen, service.Targets[0].Health.State);
        Assert.Same(service.Targets[0], service.Pick());
    }

    [Fact]
    public void Trial_Unreported_MakesRoomAfterTheTimeout()
    {
        using var service = new HealthFixture(breaker: new BreakerOptions { TrialCalls = 2 });
        service.ShowMany(3);
        Target bad = service.Targets[0];
        HealthFixture.Call(bad, CallResult.ConnectionRefused);
        service.Time.Advance(s_base + s_tick);

        Assert.Same(bad, service.Pick());
        Assert.Same(bad, service.Pick());
        Assert.NotSame(bad, service.Pick());

        service.Time.Advance(new BreakerOptions().TrialTimeout);
        Assert.Same(bad, service.Pick());
        Assert.Same(bad, service.Pick());
        Assert.NotSame(bad, service.Pick());
    }

    [Fact]
    public void Trial_AlreadyTriedForTheRequest_IsNotPicked()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Target bad = service.Targets[0];
        HealthFixture.Call(bad, CallResult.ConnectionRefused);
        service.Time.Advance(s_base + s_tick);

        Assert.NotSame(bad, service.Pick(bad));
        Assert.Same(bad, service.Pick());
    }

    [Fact]
    public void Call_BegunBeforeTheEjection_SaysNothing()
    {
        using var service = new HealthFixture();
        service.ShowMany(3);
        Target target = service.Targets[0];
        Call early = target.Begin();
        service.Time.Advance(TimeSpan.FromMilliseconds(1));
        HealthFixture.Call(target, CallResult.ConnectionRefused);

        early.Complete(CallResult.Success);

        Assert.Equal(BreakerState.Open, target.Health.State);
    }

    [Fact]
    public void Call_ToAnEjectedTarget_SuccessIsATrial()
    {
        using var service = new HealthFixture(breaker: new BreakerOptions { TrialSuccesses = 2 });
        service.ShowMany(3);
        Target target = service.Targets[0];
        HealthFixture.Call(target, CallResult.ConnectionRefused);
        service.Time.Advance(TimeSpan.FromSeconds(1));

        HealthFixture.Call(target, CallResult.Success);
        Assert.Equal(BreakerState.HalfOpen, target.Health.State);
        HealthFixture.Call(target, CallResult.Success);

        Assert.Equal(BreakerState.Closed, target.Health.State);
    }

    [Fact]
    public void FailureRatio_Reached_Opens()
    {
        using var service = new HealthFixture(new EjectionOptions { ConsecutiveFailures = 0 });
        service.ShowMany(3);
        Target target = service.Targets[0];
        for (int i = 0; i < 9; i++)
        {
            HealthFixture.Call(target, CallResult.Success);
            HealthFixture.Call(target, CallResult.ServerError);
        }

        HealthFixture.Call(target, CallResult.Success);
        Assert.Equal(BreakerState.Closed, target.Health.State);
        HealthFixture.Call(target, CallResult.Timeout);

        Assert.Equal(BreakerState.Open, target.Health.State);
    }

    [Fact]
    public void Ejection_Disabled_NeverEjects()
    {
        using var service = new HealthFixture(new EjectionOptions { Enabled = false });
        service.ShowMany(3);

        HealthFixture.Call(service.Targets[0], CallResult.ConnectionRefused, 100);

        Assert.Equal("p-0 p-1 p-2", service.Picked());
    }

    [Fact]
    public async Task Calls_FromManyThreads_KeepTheLimitAndTheCounts()
    {
        using var service = new HealthFixture();
        service.ShowMany(6);
        using var stop = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(0, 4).Select(number => Task.Run(() =>
        {
            var random = new Random(number);
            for (int i = 0; i < 20_000; i++)
            {
                Target target = service.Pick()!;
                HealthFixture.Call(target, random.Next(3) == 0 ? (CallResult)random.Next(6) : CallResult.Success);
                EndpointCounts counts = service.Counts;
                Assert.True(counts.Ejected + counts.OnTrial <= 3, $"{counts}");
            }
        }))];
        Task clock = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                service.Time.Advance(TimeSpan.FromMilliseconds(50));
            }
        });

        await Task.WhenAll(callers);
        await stop.CancelAsync();
        await clock;

        Assert.All(service.Targets, target => Assert.Equal(0, target.Outstanding));
    }

    [Fact]
    public async Task Trials_PickedByManyThreads_AreNeverMoreThanAllowed()
    {
        for (int round = 0; round < 50; round++)
        {
            using var service = new HealthFixture(breaker: new BreakerOptions { TrialCalls = 2 });
            service.ShowMany(3);
            Target bad = service.Targets[0];
            HealthFixture.Call(bad, CallResult.ConnectionRefused);
            service.Time.Advance(s_base + s_tick);
            using var start = new Barrier(4);

            int[] trials = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, 20).Count(_ => service.Pick() == bad);
            })));

            Assert.Equal(2, trials.Sum());
        }
    }

    [Fact]
    public void Complete_OnTheHotPath_AllocatesNothing()
    {
        using var service = new HealthFixture();
        service.ShowMany(10);
        Target target = service.Targets[3];
        HealthFixture.Call(target, CallResult.Success, 10_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        HealthFixture.Call(target, CallResult.Success, 10_000);
        HealthFixture.Call(target, CallResult.ServerError, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
