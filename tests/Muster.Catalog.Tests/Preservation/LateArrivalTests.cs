using Muster.Catalog.Tests.Replication;
using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

public class LateArrivalTests
{
    private const int Count = 60;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void PeerTellsOthersOfTheService_AfterOursFellSilent_OnlyThoseRegisteredSinceMakeUpForThem(bool registeredSince, bool holds)
    {
        var replicas = new Replicas(2);
        Register(replicas, server: 0, from: 0);
        if (!registeredSince)
        {
            Register(replicas, server: 1, from: Count);
        }

        for (int second = 0; second < 40; second += 10)
        {
            Beat(replicas[0], from: 0);
            replicas.Run(10);
        }

        Beat(replicas[0], from: 0);
        replicas.Run(5);
        if (registeredSince)
        {
            Register(replicas, server: 1, from: Count);
        }

        replicas.Run(5);
        replicas.Tell(from: 1, to: 0);
        replicas.Run(25);

        Assert.Equal((holds, holds ? Count : 0), (replicas[0].Preservation.View.IsHolding, PassingOn(replicas[0])));
    }

    private static int PassingOn(Catalog catalog)
    {
        int passing = 0;
        foreach (Instance instance in catalog.FindService("web")!.Instances)
        {
            passing += instance.Node.Name == catalog.Options.NodeName && instance.Status == HealthStatus.Passing ? 1 : 0;
        }

        return passing;
    }

    private static void Register(Replicas replicas, int server, int from)
    {
        for (int i = from; i < from + Count; i++)
        {
            Assert.True(replicas[server].Register(Replicas.NameOf(server), CatalogHarness.Define("web", $"web-{i}"), [CatalogHarness.Ttl(30)], false, "test").Ok);
        }
    }

    private static void Beat(Catalog catalog, int from)
    {
        for (int i = from; i < from + Count; i++)
        {
            catalog.ReportCheck("n1", $"service:web-{i}", HealthStatus.Passing, "", ReportKind.Ttl);
        }
    }
}
