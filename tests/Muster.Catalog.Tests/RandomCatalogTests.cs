using Muster.Model;

namespace Muster.Catalog.Tests;

public class RandomCatalogTests
{
    private static readonly string[] Nodes = [CatalogHarness.Node, "n2", "Other"];
    private static readonly string[] Watched = ["S0", "s1", "s2", "s3"];

    private static CheckDefinition RandomCheck(Random random, string id) => random.Next(4) switch
    {
        0 => CatalogHarness.Http(failures: random.Next(3), successes: random.Next(3)) with { Id = id, DeregisterAfter = TimeSpan.FromSeconds(random.Next(3)) },
        1 => new CheckDefinition { Id = id, Name = "external", InitialStatus = HealthStatus.Passing },
        2 => CatalogHarness.Ttl(1 + random.Next(3), id: id),
        _ => CatalogHarness.Ttl(1 + random.Next(3), 1 + random.Next(3), id, (HealthStatus)random.Next(3)),
    };

    /// <summary>Some instances are proxies, some of them sidecars of others, some need no proxy, and some others may retag.</summary>
    private static InstanceDefinition InMesh(Random random, InstanceDefinition plain)
    {
        var proxy = new ProxyDefinition { Destination = $"{(random.Next(2) == 0 ? 's' : 'S')}{random.Next(4)}", Settings = "{}"u8.ToArray() };
        return random.Next(8) switch
        {
            0 => plain with { Kind = ProxyDefinition.Kind, Proxy = proxy },
            1 => plain with { Id = plain.Id + ProxyDefinition.SidecarSuffix, Kind = ProxyDefinition.Kind, Proxy = proxy with { IsSidecar = true } },
            2 => plain with { Kind = "mesh-gateway", Proxy = proxy },
            3 => plain with { IsMeshNative = true },
            4 => plain with { EnableTagOverride = true, TagsOverridden = random.Next(2) == 0 },
            _ => plain,
        };
    }

    /// <summary>One command. Ids are few, so that they collide: between instances, nodes, services and kinds of checks.</summary>
    private static void Step(CatalogHarness harness, Random random)
    {
        Catalog catalog = harness.Catalog;
        string node = Nodes[random.Next(Nodes.Length)], id = $"i{random.Next(9)}", service = $"{(random.Next(2) == 0 ? 's' : 'S')}{random.Next(9)}";
        string checkId = random.Next(3) == 0 ? $"service:i{random.Next(9)}" : $"c{random.Next(5)}";
        switch (random.Next(16))
        {
            case 0:
                catalog.RegisterNode(new NodeDefinition
                {
                    Name = random.Next(2) == 0 ? node.ToUpperInvariant() : node, Address = $"10.0.0.{random.Next(3)}", Datacenter = "dc1",
                    Metadata = [new("rack", $"{random.Next(2)}")],
                });
                break;
            case 1 when random.Next(4) == 0:
                catalog.DeregisterNode(node, "test");
                break;
            case < 5:
                CheckDefinition derived = RandomCheck(random, "") with { Id = null }, named = RandomCheck(random, $"c{random.Next(5)}");
                CheckDefinition[] checks = random.Next(4) switch { 0 => [], 1 => [derived], 2 => [named], _ => [derived, named] };
                InstanceDefinition plain = CatalogHarness.Define(service, id, random.Next(2), random.Next(3) == 0 ? 1 + random.Next(3) : 0, random.Next(2) == 0 ? ["t"] : []);
                catalog.Register(node, InMesh(random, plain) with { Epoch = random.Next(4), IsStarting = random.Next(4) == 0 }, checks, random.Next(2) == 0, "test");
                break;
            case 5:
                catalog.Deregister(node, id, "test", random.Next(4));
                break;
            case 6:
                catalog.Renew(node, id);
                break;
            case 7 or 8:
                catalog.ReportCheck(node, checkId, (HealthStatus)random.Next(3), $"o{random.Next(2)}", (ReportKind)random.Next(3));
                break;
            case 9:
                HealthStatus? status = random.Next(2) == 0 ? null : (HealthStatus)random.Next(3);
                catalog.RegisterCheck(
                    node, random.Next(4) == 0 ? null : id, RandomCheck(random, $"c{random.Next(5)}"), status, status is null ? null : $"o{random.Next(2)}");
                break;
            case 10:
                catalog.DeregisterCheck(node, checkId);
                break;
            case 11:
                catalog.SetMaintenance(node, random.Next(3) == 0 ? null : id, random.Next(2) == 0, $"why{random.Next(2)}");
                break;
            case 12:
                catalog.TryPass(checkId, "");
                break;
            case 13:
                catalog.SetState(node, id, (InstanceState)random.Next(4), $"why{random.Next(2)}", random.Next(4));
                break;
            case 14:
                catalog.ClearState(node, id, random.Next(2) == 0 ? null : InstanceState.Draining, random.Next(4));
                break;
            default:
                harness.Run(random.NextDouble());
                break;
        }
    }

    private static Catalog Restore(CatalogHarness harness, IEnumerable<byte[]> records)
    {
        var catalog = new Catalog(harness.Catalog.Options, harness.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(records, record => Assert.True(catalog.LoadRecord(record)));
        catalog.FinishLoading();
        return catalog;
    }

    private static List<byte[]> Export(Catalog catalog)
    {
        var records = new List<byte[]>();
        catalog.Export(() => { }).WriteTo(record => records.Add(record.ToArray()));
        return records;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Commands_InAnyOrder_KeepTheCatalogWhole(int seed)
    {
        Random random = new(seed), ends = new(seed);
        var harness = new CatalogHarness(seed, options => options with { MaxVacantServices = 3 });
        var auditor = new CatalogAuditor(harness.Catalog);
        List<byte[]> snapshot = Export(harness.Catalog);
        (int Known, int Unknown) cursors = (0, 0);
        for (int step = 1; step <= 600; step++)
        {
            Step(harness, random);
            auditor.Audit(Watched);
            if (step % 60 == 0)
            {
                Catalog restored = Restore(harness, [.. snapshot, .. harness.Log.Records]);
                Assert.Equal(CatalogAuditor.Describe(harness.Catalog), CatalogAuditor.Describe(restored));
                new CatalogAuditor(restored).Audit(Watched);
                (int known, int unknown) = auditor.AuditRestored(restored, Watched);
                cursors = (cursors.Known + known, cursors.Unknown + unknown);

                // and what an end in the middle of it would have left: what it has lost, it does not claim to know
                for (int end = 0; end < 2; end++)
                {
                    auditor.AuditRestored(Restore(harness, [.. snapshot, .. harness.Log.Records.Take(ends.Next(harness.Log.Records.Count + 1))]), Watched);
                }

                if (random.Next(2) == 0)
                {
                    snapshot = Export(harness.Catalog);
                    harness.Log.Records.Clear();
                }
            }
        }

        Assert.InRange(cursors.Known, 2 * cursors.Unknown, int.MaxValue);
    }
}
