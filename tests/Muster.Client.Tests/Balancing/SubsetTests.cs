using FsCheck;
using FsCheck.Fluent;
using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class SubsetTests
{
    [Fact]
    public void Pick_NumberedClients_UseAllTargetsAlike()
    {
        int[] clientsOf = ClientsOfEach(clients: 64, targets: 100, size: 10, i => SubsetFleet(10, "client", i));

        // 6.4 on average
        Assert.Equal(640, clientsOf.Sum());
        Assert.InRange(clientsOf.Min(), 5, 7);
        Assert.InRange(clientsOf.Max(), 6, 8);
    }

    [Fact]
    public void Pick_NamedClients_UseAllTargetsAsEvenlyAsChanceDoes()
    {
        int[] clientsOf = ClientsOfEach(clients: 500, targets: 50, size: 10, i => SubsetFleet(10, $"orders-{i}", null));

        // 100 on average, with a standard deviation of 9
        Assert.Equal(5_000, clientsOf.Sum());
        Assert.InRange(clientsOf.Min(), 60, 100);
        Assert.InRange(clientsOf.Max(), 100, 140);
    }

    [Fact]
    public void Update_InstancesComeAndGo_AtMostTwoAreExchanged() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(12, 60).ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (count, seed) =>
        {
            var random = new Random(seed);
            using Fleet fleet = SubsetFleet(10, $"client-{seed}", null);
            HashSet<int> full = Used(fleet.Of(Fleet.Instances(count)));
            int gone = random.Next(count);
            HashSet<int> less = Used(fleet.Of(Fleet.Instances(count).RemoveAt(gone)));
            HashSet<int> again = Used(fleet.Of(Fleet.Instances(count)));
            return full.Count == 10 && less.Count == 10 && full.Except(less).Count() <= 2 && full.SetEquals(again);
        }));

    [Fact]
    public void Update_HealthOfOneChanges_TheSubsetStaysFull()
    {
        using Fleet fleet = SubsetFleet(5, "client", null);
        HashSet<int> healthy = Used(fleet.Of(Fleet.Instances(20)));
        int sick = healthy.First();

        HashSet<int> others = Used(fleet.Of(Fleet.Instances(20).Select((instance, i) => i == sick ? instance with { Health = InstanceHealth.Critical } : instance)));

        Assert.Equal(5, others.Count);
        Assert.DoesNotContain(sick, others);
        Assert.InRange(healthy.Intersect(others).Count(), 3, 4);
        Assert.Equal(healthy, Used(fleet.Of(Fleet.Instances(20))));
    }

    [Fact]
    public void Pick_ZonesSpill_TiersDivideTheSubset()
    {
        using Fleet fleet = new Fleet("random", options => options.Subset.Size = 10, zone: "a")
            .Of(Enumerable.Range(0, 80).Select(i => Fleet.Instance(i, zone: i < 20 ? "a" : "b")));

        // zone a keeps 1.4 * 2 * 20 / 80 of the calls
        Target[] used = [.. fleet.Count(20_000).Keys];
        Assert.Equal(7, used.Count(target => target.Instance.Zone == "a"));
        Assert.Equal(3, used.Count(target => target.Instance.Zone == "b"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.25)]
    [InlineData(3, 0.75)]
    [InlineData(int.MaxValue, 1.0)]
    public void PositionOf_Ordinal_IsTheNumberWithItsBitsReversed(int ordinal, double position) =>
        Assert.Equal(position, Subset.PositionOf("", ordinal), 1e-6);

    private static int[] ClientsOfEach(int clients, int targets, int size, Func<int, Fleet> fleetOf)
    {
        var clientsOf = new int[targets];
        for (int i = 0; i < clients; i++)
        {
            using Fleet fleet = fleetOf(i).Of(Fleet.Instances(targets));
            HashSet<int> used = Used(fleet);
            Assert.Equal(size, used.Count);
            foreach (int target in used)
            {
                clientsOf[target]++;
            }
        }

        return clientsOf;
    }

    private static HashSet<int> Used(Fleet fleet) => [.. fleet.Shares(40).Keys];

    private static Fleet SubsetFleet(int size, string clientId, int? ordinal) =>
        new("round_robin", options => options.Subset.Size = size, clientId: clientId, ordinal: ordinal);
}
