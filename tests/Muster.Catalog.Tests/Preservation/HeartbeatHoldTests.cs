using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

public class HeartbeatHoldTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(600)]
    [InlineData(151)]
    public void MoreThanFifteenPercent_SilentAtOnce_NobodyExpires(int silent)
    {
        var fleet = Fleet.Of(1000);
        Fleet.Silence(Spread(fleet, silent));
        fleet.Run(120);
        Assert.Equal(1000, fleet.Alive());

        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal("all", hold.Scope);
        Assert.Equal(PreservationSignal.Heartbeats, hold.Signal);
        Assert.Equal((1000, silent, silent), (hold.Expected, hold.Missed, hold.Held));
        Assert.Contains("heartbeats are missing, more than 15 %", hold.Cause, StringComparison.Ordinal);
        Assert.Equal(silent, fleet.Catalog.Preservation.ListHeld(5000).Count);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(150)]
    public void FifteenPercentOrFewer_ExactlyThoseExpire_AtTheirTtl(int silent)
    {
        var fleet = Fleet.Of(1000);
        List<Fleet.Member> dead = Spread(fleet, silent);
        TimeSpan died = fleet.Harness.Time.Now;
        Fleet.Silence(dead);
        fleet.Run(19.9);
        Assert.Equal(1000, fleet.Alive());
        while (fleet.Alive() > 1000 - silent && fleet.Harness.Time.Now - died < TimeSpan.FromSeconds(40))
        {
            fleet.Run(0.1);
        }

        Assert.InRange((fleet.Harness.Time.Now - died).TotalSeconds, 29, 30.2);
        fleet.Run(100);
        Assert.Equal(1000 - silent, fleet.Alive());
        Assert.All(dead, member => Assert.Equal(HealthStatus.Critical, fleet.Harness.StatusOf(member.Id)));
        Assert.False(fleet.View.IsHolding);
        Assert.Empty(fleet.View.Events);
    }

    [Fact]
    public void FewerThanTwenty_AllSilent_Expire()
    {
        var fleet = Fleet.Of(19);
        Fleet.Silence(fleet.Members);
        fleet.Run(31);
        Assert.Equal(0, fleet.Alive());
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void WholeSmallService_OnePercentOfAll_Expires()
    {
        var fleet = Fleet.Of(990);
        List<Fleet.Member> small = fleet.Start("small", 10, lease: true);
        fleet.Run(20);
        fleet.Kill(small);
        fleet.Run(31);
        Assert.Null(fleet.Catalog.FindService("small"));
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void HeartbeatsReturn_NobodyIsLost_AndTheHoldEndsAfterTheWindow()
    {
        var fleet = Fleet.Of(1000);
        Fleet.Silence(fleet.Members);
        fleet.Run(60);
        Assert.True(fleet.View.IsHolding);
        Fleet.Silence(fleet.Members, silent: false);
        fleet.Run(11);
        Assert.True(fleet.View.IsHolding);
        Assert.StartsWith("it stays so: at most 15 % are missing again for 30 s", fleet.View.Holds[0].Until, StringComparison.Ordinal);
        fleet.Run(30);
        Assert.False(fleet.View.IsHolding);
        Assert.Equal(1000, fleet.Alive());
        Assert.Equal([true, false], fleet.View.Events.Select(each => each.Began));
    }

    [Fact]
    public void MostReturn_TheRestExpires_AfterTheHold()
    {
        var fleet = Fleet.Of(1000);
        List<Fleet.Member> gone = Spread(fleet, 100);
        Fleet.Silence(fleet.Members);
        fleet.Run(60);
        Fleet.Silence(fleet.Members.Except(gone), silent: false);
        fleet.Run(38);
        Assert.Equal(1000, fleet.Alive());
        fleet.Run(6);
        Assert.Equal(900, fleet.Alive());
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void HeartbeatsAlmostAsLongAsTheTtl_NoMoreThanTheThresholdIsLost()
    {
        // nobody but the victims is late when the first ones are due: what was lost within the window tells
        var fleet = Fleet.Of(1000, ttl: 30, interval: 27);
        fleet.Run(54);
        Fleet.Silence(fleet.Members);
        fleet.Run(300);
        // a verdict may be a quarter of a second old
        Assert.InRange(fleet.Alive(), 840, 1000);
        Assert.True(fleet.View.IsHolding);
    }

    [Fact]
    public void Deregistration_DuringAHold_Works()
    {
        var fleet = Fleet.Of(100);
        Fleet.Silence(fleet.Members);
        fleet.Run(40);
        Assert.True(fleet.View.IsHolding);
        Assert.NotNull(fleet.Catalog.Preservation.WhyHeld(fleet.Harness.Find("web-7")!));
        Assert.True(fleet.Catalog.Deregister(CatalogHarness.Node, "web-7", "test").Ok);
        Assert.Null(fleet.Harness.Find("web-7"));
        fleet.Run(1);
        Assert.Equal(99, Assert.Single(fleet.View.Holds).Expected);
    }

    [Fact]
    public void ScaleDown_ByDeregistration_LocksNothing()
    {
        var fleet = Fleet.Of(1000);
        foreach (Fleet.Member member in fleet.Members.Take(600).ToList())
        {
            Assert.True(fleet.Catalog.Deregister(member.Node, member.Id, "scaled down").Ok);
            fleet.Kill([member]);
        }

        Fleet.Silence(fleet.Members.Take(40));
        fleet.Run(40);
        Assert.False(fleet.View.IsHolding);
        Assert.Equal(360, fleet.Alive());
    }

    [Fact]
    public void KillAndRestartUnderNewIds_FiftyTimes_NeverHolds()
    {
        var fleet = Fleet.Of(40);
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            fleet.Kill(fleet.Members.ToList());
            fleet.Run(0.2);
            fleet.Start("web", 40);
            fleet.Run(random.Next(5, 25));
            Assert.False(fleet.View.IsHolding, $"round {round}: {string.Join(", ", fleet.View.Holds)}");
        }

        fleet.Run(40);
        Assert.Equal(40, fleet.Alive());
    }

    [Fact]
    public void KillAndRestartUnderTheSameIds_FiftyTimes_NeverHolds()
    {
        var fleet = Fleet.Of(40, ttl: 10, interval: 3);
        for (int round = 0; round < 50; round++)
        {
            Fleet.Silence(fleet.Members);
            fleet.Run(4);
            foreach (Fleet.Member member in fleet.Members)
            {
                fleet.Harness.Register("web", member.Id, CatalogHarness.Ttl(10));
            }

            Fleet.Silence(fleet.Members, silent: false);
            fleet.Run(6);
            Assert.False(fleet.View.IsHolding);
        }

        Assert.Equal(40, fleet.Alive());
    }

    [Fact]
    public void OutOfServiceAndStarting_CountByTheirHeartbeats()
    {
        // 30 % are out of service and well: neither do they count as missed, nor do they hide those who are
        var fleet = Fleet.Of(100);
        foreach (Fleet.Member member in fleet.Members.Take(30))
        {
            fleet.Catalog.SetState(member.Node, member.Id, InstanceState.OutOfService, "");
        }

        Fleet.Silence(fleet.Members.Skip(90));
        fleet.Run(60);
        Assert.False(fleet.View.IsHolding);
        Assert.Equal(60, fleet.Alive());

        Fleet.Silence(fleet.Members.Take(30));
        fleet.Run(60);
        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal((90, 30), (hold.Expected, hold.Missed));
    }

    [Fact]
    public void ServerPausedForLongerThanEveryTtl_HoldsNothingAndExpiresNobody()
    {
        var fleet = Fleet.Of(200);
        fleet.Harness.Time.Jump(TimeSpan.FromSeconds(45));
        fleet.Run(60);
        Assert.Equal(200, fleet.Alive());
        Assert.Empty(fleet.View.Events);
    }

    [Fact]
    public void RestartedServer_NobodyComesBack_NobodyExpires()
    {
        var before = Fleet.Of(100);
        var options = new CatalogOptions { NodeName = CatalogHarness.Node, NodeId = "11111111-1111-1111-1111-111111111111" };
        var time = new ManualTime();
        var catalog = new Catalog(options, time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        before.Catalog.Export(() => { }).WriteTo(record => Assert.True(catalog.LoadRecord(record)));
        catalog.FinishLoading();
        catalog.AnnounceSelf("1.0", 8300);
        for (int i = 0; i < 60 * 20; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            catalog.Tick();
        }

        Assert.Equal(100, Assert.Single(catalog.Preservation.View.Holds).Held);
    }

    [Fact]
    public void WallClockJumps_ChangeNothing()
    {
        var fleet = Fleet.Of(100);
        Fleet.Silence(fleet.Members.Take(10));
        fleet.Run(20);
        fleet.Harness.Time.SetWallClock(new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        fleet.Run(15);
        Assert.Equal(90, fleet.Alive());
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void Zone_HoldsItselfAlone()
    {
        var fleet = new Fleet(new CatalogHarness());
        List<Fleet.Member> a = fleet.Start("web", 400, zone: "a"), b = fleet.Start("web", 50, zone: "b");
        fleet.Run(20);
        Fleet.Silence(b.Take(25));
        Fleet.Silence(a.Take(20));
        fleet.Run(60);
        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal("zone:b", hold.Scope);
        Assert.Equal((50, 25, 25), (hold.Expected, hold.Missed, hold.Held));
        Assert.Equal(430, fleet.Alive());
        Assert.Null(fleet.Catalog.Preservation.WhyHeld(fleet.Harness.Find(a[0].Id)!));
    }

    [Fact]
    public void PendingRemoval_InAHold_Waits()
    {
        var fleet = Fleet.Of(100);
        fleet.Harness.Register("web", "old", CatalogHarness.Ttl(3, deregisterAfter: 30));
        fleet.Run(5);
        Assert.Equal(HealthStatus.Critical, fleet.Harness.StatusOf("old"));
        Fleet.Silence(fleet.Members);
        fleet.Run(60);
        Assert.Contains("critical for longer than 30 s", fleet.Catalog.Preservation.WhyHeld(fleet.Harness.Find("old")!), StringComparison.Ordinal);
        Fleet.Silence(fleet.Members, silent: false);
        fleet.Run(45);
        Assert.Null(fleet.Harness.Find("old"));
        Assert.Equal(100, fleet.Alive());
    }

    [Fact]
    public void Disabled_EverythingExpires()
    {
        var fleet = Fleet.Of(100, with: options => options with { Preservation = new PreservationOptions { Enabled = false } });
        Fleet.Silence(fleet.Members);
        fleet.Run(31);
        Assert.Equal(0, fleet.Alive());
    }

    private static List<Fleet.Member> Spread(Fleet fleet, int count)
    {
        var chosen = new List<Fleet.Member>();
        for (int i = 0; i < count; i++)
        {
            chosen.Add(fleet.Members[(int)((long)i * fleet.Members.Count / count)]);
        }

        return chosen;
    }
}
