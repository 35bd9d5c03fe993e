namespace Muster.Catalog.Tests;

public class ArrivalTests
{
    [Fact]
    public async Task Arrives_WithoutOtherServers_IsFalseAtOnce()
    {
        var harness = new CatalogHarness();
        Assert.False(await harness.Catalog.ArrivesAsync(harness.Catalog.InstancesPoint, () => true));
    }

    [Fact]
    public async Task Arrives_WhenItComesMeanwhile_IsTrue()
    {
        CatalogHarness harness = Replicated();
        ValueTask<bool> arrives = harness.Catalog.ArrivesAsync(harness.Catalog.InstancesPoint, () => harness.Find("web-1") is not null);
        Assert.False(arrives.IsCompleted);
        harness.Register("web", "other");
        harness.Register("web", "web-1");
        Assert.True(await arrives);
        Assert.Equal(0, harness.Catalog.InstancesPoint.Count);
    }

    [Fact]
    public async Task Arrives_WhenNothingComes_IsFalseAfterAQuarterOfASecond()
    {
        CatalogHarness harness = Replicated();
        ValueTask<bool> arrives = harness.Catalog.ArrivesAsync(harness.Catalog.InstancesPoint, () => false);
        harness.Time.Advance(TimeSpan.FromMilliseconds(240));
        Assert.False(arrives.IsCompleted);
        harness.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.False(await arrives);
        Assert.Equal(0, harness.Catalog.InstancesPoint.Count);
    }

    private static CatalogHarness Replicated() => new(1, options => options with { Replicated = true });
}
