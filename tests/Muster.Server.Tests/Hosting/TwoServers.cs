using Muster.Catalog;
using Muster.Model;

namespace Muster.Server.Tests.Hosting;

/// <summary>The catalogs of two servers under one clock, and what goes to and fro between them when a test says so.</summary>
internal sealed class TwoServers
{
    public TwoServers()
    {
        Near = Make("near");
        Far = Make("far");
        Exchange();
    }

    public ManualTime Time { get; } = new();

    public Catalog.Catalog Near { get; }

    public Catalog.Catalog Far { get; }

    /// <summary>Both tell each other everything they have.</summary>
    public void Exchange()
    {
        Time.Advance(TimeSpan.FromMilliseconds(10));
        Send(Near, Far);
        Send(Far, Near);
        Send(Near, Far);
    }

    /// <summary>Registers an instance on a server's own node.</summary>
    public static void Register(Catalog.Catalog server, string id, params CheckDefinition[] checks)
    {
        var definition = new InstanceDefinition { Service = "web", Id = id, Address = "10.0.0.1", Port = 80 };
        Assert.True(server.Register(server.Options.NodeName, definition, checks, true, "test").Ok);
    }

    /// <summary>The far server takes over what the near one is responsible for.</summary>
    public void LoseNear()
    {
        int bucket = 0;
        Assert.True(Far.Replica.Adopt(new Dictionary<uint, string> { [Near.Origin] = "near is gone" }, static _ => true, 1000, ref bucket) > 0);
    }

    private Catalog.Catalog Make(string name)
    {
        var options = new CatalogOptions { NodeName = name, NodeId = $"{name}-0000-4000", Replicated = true };
        var catalog = new Catalog.Catalog(options, Time, new Random(1), NoChangeLog.Instance, new InlineDispatcher());
        catalog.AnnounceSelf("1.0", 8300);
        catalog.Replica.BeginServing();
        return catalog;
    }

    private static void Send(Catalog.Catalog from, Catalog.Catalog to)
    {
        var stamps = new List<EntryStamp>();
        for (int bucket = 0; bucket < ReplicaSet.Buckets; bucket++)
        {
            from.Replica.CopyBucket(bucket, stamps);
        }

        PackWriter facts = new(), one = new();
        int count = 0;
        foreach (EntryStamp stamp in stamps)
        {
            one.Clear();
            if (from.Replica.TryWriteFact(stamp.Key, one))
            {
                facts.Bytes(one.Written);
                count++;
            }
        }

        to.Replica.Merge(facts.Written, count, null);
    }

    private sealed class InlineDispatcher : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
            while (chain.WakeSome(100))
            {
            }
        }
    }
}
