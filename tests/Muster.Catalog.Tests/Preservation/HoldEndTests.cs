using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

public class HoldEndTests
{
    [Fact]
    public void Operator_EndsAHold_WhatIsSilentExpires_RateLimitedAndInRandomOrder()
    {
        var fleet = Fleet.Of(1000, with: options => options with { ExpiriesPerSecond = 100 });
        List<Fleet.Member> dead = [.. fleet.Members.Take(600)];
        Fleet.Silence(dead);
        fleet.Run(60);
        Assert.Equal(1, fleet.Catalog.Preservation.End("all", "ended by an operator"));
        Assert.False(fleet.View.IsHolding);
        fleet.Run(2.5);
        Assert.InRange(1000 - fleet.Alive(), 200, 400);
        int early = dead.Take(300).Count(member => fleet.Harness.StatusOf(member.Id) == HealthStatus.Critical);
        Assert.InRange(early, 70, 230);
        fleet.Run(10);
        Assert.Equal(400, fleet.Alive());
        Assert.Equal("ended by an operator", fleet.View.Events[^1].Text);
    }

    [Fact]
    public void AfterAnOperatorsEnd_TheScopeHoldsAgain_OnlyAfterItsShareWasBack()
    {
        var fleet = Fleet.Of(200);
        Fleet.Silence(fleet.Members.Take(100));
        fleet.Run(40);
        fleet.Catalog.Preservation.End(null, "test");
        Fleet.Silence(fleet.Members.Skip(100).Take(50));
        fleet.Run(40);
        Assert.Equal(50, fleet.Alive());
        fleet.Run(40);

        Fleet.Silence(fleet.Members, silent: false);
        fleet.Run(41);
        Assert.Equal(200, fleet.Alive());
        Fleet.Silence(fleet.Members);
        fleet.Run(60);
        Assert.Equal(200, fleet.Alive());
        Assert.True(fleet.View.IsHolding);
    }

    [Fact]
    public void LongestHold_Over_WhatIsSilentExpires()
    {
        var fleet = Fleet.Of(100, with: options => options with { Preservation = new PreservationOptions { MaxHold = TimeSpan.FromMinutes(2) } });
        Fleet.Silence(fleet.Members);
        fleet.Run(60);
        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal(hold.Since + TimeSpan.FromMinutes(2), hold.EndsAt);
        Assert.Contains($"{hold.EndsAt:HH:mm:ss}Z or an operator", hold.Until, StringComparison.Ordinal);
        fleet.Run(78);
        Assert.Equal(100, fleet.Alive());
        fleet.Run(6);
        Assert.Equal(0, fleet.Alive());
        Assert.Contains("longest hold of 2 min is over", fleet.View.Events[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void NoLongestHold_HoldsForHours()
    {
        var fleet = Fleet.Of(50, ttl: 5, interval: 2, with: options => options with { Preservation = new PreservationOptions { MaxHold = TimeSpan.Zero } });
        Fleet.Silence(fleet.Members);
        fleet.Run(3 * 3600);
        Assert.Equal(50, fleet.Alive());
        Assert.Null(Assert.Single(fleet.View.Holds).EndsAt);
    }

    [Fact]
    public void PausesOfTheServer_CountTowardsNothing()
    {
        var fleet = Fleet.Of(100, with: options => options with { Preservation = new PreservationOptions { MaxHold = TimeSpan.FromMinutes(2) } });
        Fleet.Silence(fleet.Members);
        fleet.Run(40);
        fleet.Harness.Time.Jump(TimeSpan.FromHours(1));
        fleet.Run(60);
        Assert.Equal(100, fleet.Alive());
        Assert.True(fleet.View.IsHolding);
    }

    [Fact]
    public void UnknownScope_EndsNothing()
    {
        var fleet = Fleet.Of(50);
        Fleet.Silence(fleet.Members);
        fleet.Run(40);
        Assert.Equal(0, fleet.Catalog.Preservation.End("zone:b", "test"));
        Assert.True(fleet.View.IsHolding);
    }

    [Fact]
    public void Isolated_KeepsWhatIsOnOtherServersNodes_AndNothingElse()
    {
        var fleet = new Fleet(new CatalogHarness());
        fleet.Catalog.RegisterNode(OtherServer());
        fleet.Catalog.RegisterNode(new NodeDefinition { Name = "external", Address = "10.0.0.9", Datacenter = "dc1" });
        fleet.Kill(fleet.Start("web", 5));
        fleet.Kill(fleet.Start("web", 5, node: "n2"));
        fleet.Kill(fleet.Start("web", 5, node: "external"));
        fleet.Catalog.Preservation.SetIsolated(true, "sees 1 of 3 servers");
        fleet.Run(60);
        Assert.Equal(5, fleet.Alive());
        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal(("isolated", "sees 1 of 3 servers", 5), (hold.Scope, hold.Cause, hold.Held));
        Assert.All(fleet.Catalog.Preservation.ListHeld(10), held => Assert.Equal("n2", held.Instance.Node.Name));

        fleet.Catalog.Preservation.SetIsolated(false, "sees 3 of 3 servers");
        fleet.Run(2);
        Assert.Equal(0, fleet.Alive());
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void Isolated_EndedByAnOperator_StaysEnded()
    {
        var fleet = new Fleet(new CatalogHarness());
        fleet.Catalog.RegisterNode(OtherServer());
        fleet.Kill(fleet.Start("web", 5, node: "n2"));
        fleet.Catalog.Preservation.SetIsolated(true, "sees 1 of 3 servers");
        fleet.Run(31);
        Assert.Equal(1, fleet.Catalog.Preservation.End("isolated", "test"));
        fleet.Run(2);
        Assert.Equal(0, fleet.Alive());
        Assert.False(fleet.View.IsHolding);
    }

    [Fact]
    public void OwnerScope_AnotherServersNodeFallsSilent_IsHeldAlone()
    {
        var fleet = new Fleet(new CatalogHarness());
        fleet.Catalog.RegisterNode(OtherServer());
        fleet.Start("web", 400);
        List<Fleet.Member> theirs = fleet.Start("web", 40, node: "n2");
        fleet.Run(20);
        Fleet.Silence(theirs);
        fleet.Run(60);
        PreservationHold hold = Assert.Single(fleet.View.Holds);
        Assert.Equal(("owner:n2", 40, 40), (hold.Scope, hold.Expected, hold.Missed));
        Assert.Equal(440, fleet.Alive());
    }

    private static NodeDefinition OtherServer() => new()
    {
        Name = "n2", Id = "22222222-2222-2222-2222-222222222222", Address = "10.0.0.2", Datacenter = "dc1", Metadata = [new("consul-network-segment", "")],
    };
}
