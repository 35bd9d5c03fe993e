using Muster.Client.Balancing;

namespace Muster.Client.Tests.Balancing;

public sealed class PickAllocationTests
{
    public static TheoryData<string, string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, bool>();
            foreach (string policy in (string[])["round_robin", "random", "weighted", "p2c", "ewma", "consistent_hash"])
            {
                cases.Add(policy, "", false);
                cases.Add(policy, "a", false);
                cases.Add(policy, "a", true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pick_AnyPolicy_AllocatesNothing(string policy, string zone, bool slowStart)
    {
        using Fleet fleet = new Fleet(policy, options => options.SlowStart.Window = slowStart ? TimeSpan.FromMinutes(1) : TimeSpan.Zero, zone)
            .Of(Enumerable.Range(0, 10).Select(i => Fleet.Instance(i, 1 + (i % 3), i == 0 ? "a" : "b")));
        fleet.Of(Enumerable.Range(0, 12).Select(i => Fleet.Instance(i, 1 + (i % 3), i == 0 ? "a" : "b")));
        List<Target> tried = [fleet.Target(0), fleet.Target(5)];
        Measure(fleet, tried);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Measure(fleet, tried);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);
    }

    private static void Measure(Fleet fleet, List<Target> tried)
    {
        for (int i = 0; i < 1_000; i++)
        {
            fleet.Balancer.Pick();
            fleet.Balancer.Pick(new PickContext((ulong)i + 1, Tried: null));
            fleet.Balancer.Pick(new PickContext((ulong)i, tried));
        }
    }
}
