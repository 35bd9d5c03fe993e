using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>What could not be told to peers is refused, and nothing of it is done.</summary>
public class EntrySizeTests
{
    private const int Checks = 64;

    [Fact]
    public void Register_MoreThanAMessageHolds_IsRefusedWithTheRule()
    {
        var servers = new Replicas(1);
        CommandResult result = Register(servers[0], Checks, 14_000);
        Assert.Equal(CatalogError.TooLarge, result.Error);
        Assert.Contains("in a cluster an instance with its checks takes at most 1024000 bytes", result.Detail, StringComparison.Ordinal);
        Assert.Contains("with 64 checks", result.Detail, StringComparison.Ordinal);
        Assert.Null(servers[0].FindService("web"));
        Assert.Equal(CatalogError.None, Register(servers[0], Checks, 10_000).Error);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(Checks)]
    public void Register_AsMuchAsIsTaken_FitsWhateverTheChecksComeToSay(int checks)
    {
        var servers = new Replicas(2);
        int low = 100, high = 16_000;
        while (high - low > 10)
        {
            int middle = (low + high) / 2;
            (low, high) = Register(servers[0], checks, middle).Ok ? (middle, high) : (low, middle);
        }

        Register(servers[0], checks, low);
        for (int i = 0; i < checks; i++)
        {
            servers[0].ReportCheck("n1", $"c{i}", HealthStatus.Warning, new string('o', 10_000), ReportKind.Ttl);
        }

        byte[] fact = Replicas.FactsOf(servers[0]).MaxBy(bytes => bytes.Length)!;
        Assert.InRange(fact.Length, ReplicaSet.MaxFactBytes - 20_000, ReplicaSet.MaxFactBytes);
        Assert.Equal(1, Replicas.Tell(servers[1], [fact]).Applied);
    }

    [Fact]
    public void RegisterCheck_OneTooMany_LeavesTheInstanceAsItWas()
    {
        var servers = new Replicas(1);
        Catalog catalog = servers[0];
        Register(catalog, 1, 100);
        int taken = 1;
        CommandResult result;
        while ((result = catalog.RegisterCheck("n1", "web-1", Check($"d{taken}", 15_000), null, null)).Ok)
        {
            taken++;
        }

        Assert.Equal(CatalogError.TooLarge, result.Error);
        Assert.InRange(taken, 45, 63);
        long index = catalog.FindInstance(catalog.LocalNode, "web-1")!.ModifyIndex;
        Assert.Equal(taken, catalog.FindInstance(catalog.LocalNode, "web-1")!.Checks.Count);
        Assert.Equal(CatalogError.TooLarge, catalog.SetState("n1", "web-1", InstanceState.OutOfService, new string('r', 15_000)).Error);

        // what is there lives on: the same again, a report, fewer
        Assert.True(catalog.RegisterCheck("n1", "web-1", Check("d1", 15_000), null, null).Ok);
        Assert.True(catalog.ReportCheck("n1", "d1", HealthStatus.Passing, "fine", ReportKind.Ttl).Ok);
        Assert.Equal(index, catalog.FindInstance(catalog.LocalNode, "web-1")!.ModifyIndex);
        Assert.True(catalog.DeregisterCheck("n1", "d1").Ok);
        Assert.True(catalog.RegisterCheck("n1", "web-1", Check("e", 15_000), null, null).Ok);
    }

    [Fact]
    public void RegisterCheck_OfANode_OneTooMany_IsRefused()
    {
        var servers = new Replicas(1);
        Catalog catalog = servers[0];
        catalog.RegisterNode(new NodeDefinition { Name = "away", Address = "10.0.0.1", Datacenter = "dc1" });
        int taken = 0;
        while (catalog.RegisterCheck("away", null, Check($"d{taken}", 15_000), null, null).Ok)
        {
            taken++;
        }

        Assert.InRange(taken, 45, 63);
        Assert.Equal(CatalogError.TooLarge, catalog.CanTake("away", null, null, [Check("more", 15_000)]).Error);
        Assert.True(catalog.CanTake("away", null, null, [Check("d1", 14_000)]).Ok);
        var larger = new NodeDefinition { Name = "away", Address = "10.0.0.1", Datacenter = "dc1", Metadata = [new("note", new string('m', 60_000))] };
        Assert.Equal(CatalogError.TooLarge, catalog.RegisterNode(larger).Error);
        Assert.Empty(catalog.FindNode("away")!.Definition.Metadata);
    }

    [Fact]
    public void Register_OnAServerWithoutPeers_IsTakenAsBefore()
    {
        var options = new CatalogOptions { NodeName = "n1", NodeId = "11111111-1111-1111-1111-111111111111", NodeAddress = "10.9.0.1" };
        var alone = new Catalog(options, new ManualTime(), new Random(1), NoChangeLog.Instance, new InlineWakes());
        alone.AnnounceSelf("1.0", 8300);
        Assert.True(Register(alone, Checks, 16_000).Ok);
        Assert.True(alone.CanTake("n1", "other", null, [.. Enumerable.Range(0, Checks).Select(i => Check($"c{i}", 16_000))]).Ok);
        Assert.Equal(CatalogError.LimitReached, alone.CanTake("n1", "web-1", null, [Check("one more", 10)]).Error);
    }

    private static CommandResult Register(Catalog catalog, int checks, int bytes) => catalog.Register(
        "n1", new InstanceDefinition { Service = "web", Id = "web-1", Port = 80 }, [.. Enumerable.Range(0, checks).Select(i => Check($"c{i}", bytes))],
        replaceExistingChecks: true, "test");

    private static CheckDefinition Check(string id, int bytes) => new()
    {
        Id = id, Name = id, Kind = CheckKind.Ttl, Ttl = TimeSpan.FromHours(1), Notes = new string('n', bytes),
    };
}
