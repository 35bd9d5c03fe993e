using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>Random commands on the servers of a cluster. Ids are few, so that they collide: between servers, nodes, services and checks.</summary>
internal sealed class RandomHistory(Replicas replicas, Random random)
{
    private static readonly string[] Nodes = ["n1", "n2", "n3", "far", "Far"];

    public void Step()
    {
        int server = random.Next(replicas.Catalogs.Count);
        Catalog catalog = replicas[server];
        string node = Nodes[random.Next(Nodes.Length)], id = $"i{random.Next(6)}", service = $"{(random.Next(2) == 0 ? 's' : 'S')}{random.Next(4)}";
        string checkId = random.Next(3) == 0 ? $"service:i{random.Next(6)}" : $"c{random.Next(3)}";
        switch (random.Next(19))
        {
            case 0:
                catalog.RegisterNode(new NodeDefinition { Name = node.ToUpperInvariant(), Address = $"10.0.0.{random.Next(3)}", Datacenter = "dc1", Metadata = [new("rack", $"{random.Next(2)}")] });
                break;
            case 1:
                catalog.DeregisterNode(random.Next(2) == 0 ? "far" : node, "test");
                break;
            case < 6:
                CheckDefinition[] checks = random.Next(4) switch { 0 => [], 1 => [Check(null)], 2 => [Check($"c{random.Next(3)}")], _ => [Check(null), Check($"c{random.Next(3)}")] };
                InstanceDefinition definition = CatalogHarness.Define(service, id, random.Next(2), random.Next(3) == 0 ? 1 + random.Next(3) : 0, random.Next(2) == 0 ? ["t"] : []);
                catalog.Register(node, definition with { Epoch = random.Next(3), IsStarting = random.Next(6) == 0 }, checks, random.Next(2) == 0, "test");
                break;
            case 6:
                catalog.Deregister(node, id, "test");
                break;
            case 7:
                catalog.Renew(node, id);
                break;
            case 8 or 9:
                catalog.ReportCheck(node, checkId, (HealthStatus)random.Next(3), $"o{random.Next(2)}", (ReportKind)random.Next(3));
                break;
            case 10:
                HealthStatus? status = random.Next(2) == 0 ? null : (HealthStatus)random.Next(3);
                catalog.RegisterCheck(node, random.Next(3) == 0 ? null : id, Check($"c{random.Next(3)}"), status, status is null ? null : "o");
                break;
            case 11:
                catalog.DeregisterCheck(node, checkId);
                break;
            case 12:
                catalog.SetMaintenance(node, random.Next(3) == 0 ? null : id, random.Next(2) == 0, "why");
                break;
            case 13:
                catalog.TryPass(checkId, "");
                break;
            case 14:
                Replicas.Adopt(catalog, replicas[random.Next(replicas.Catalogs.Count)], 3, _ => random.Next(2) == 0);
                break;
            case 15:
                catalog.Replica.Reclaim(1 + random.Next(4), "test");
                break;
            case 16 or 17:
                replicas.Tell(server, random.Next(replicas.Catalogs.Count), random.NextDouble());
                break;
            default:
                Forward();
                if (random.Next(3) == 0)
                {
                    replicas.Time.Advance(TimeSpan.FromSeconds(random.Next(200)));
                }

                replicas.Run(random.NextDouble());
                break;
        }
    }

    /// <summary>Now and then the owners hear of the renewals.</summary>
    private void Forward()
    {
        foreach (Catalog catalog in replicas.Catalogs)
        {
            var renewals = new List<Renewal>();
            catalog.Replica.DrainRenewals(renewals, 1 + random.Next(4));
            foreach (Catalog other in replicas.Catalogs)
            {
                other.Replica.ApplyRenewals([.. renewals.Where(renewal => renewal.Owner == other.Origin)]);
            }
        }
    }

    private CheckDefinition Check(string? id) => random.Next(4) switch
    {
        0 => CatalogHarness.Http(failures: random.Next(2)) with { Id = id, DeregisterAfter = TimeSpan.FromSeconds(random.Next(2)) },
        1 => new CheckDefinition { Id = id, Name = "external", InitialStatus = HealthStatus.Passing },
        _ => CatalogHarness.Ttl(1 + random.Next(3), random.Next(3), id, (HealthStatus)random.Next(3)),
    };
}
