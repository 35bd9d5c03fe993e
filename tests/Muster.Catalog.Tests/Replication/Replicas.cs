using System.Text;
using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>Several servers' catalogs under one clock, and the ways in which they tell each other.</summary>
internal sealed class Replicas
{
    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(50);

    private readonly Random _random;

    public Replicas(int count, int seed = 1, Func<CatalogOptions, CatalogOptions>? with = null)
    {
        _random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var options = new CatalogOptions { NodeName = NameOf(i), NodeId = $"{i + 1}1111111-1111-1111-1111-111111111111", NodeAddress = $"10.9.0.{i + 1}", Replicated = true };
            var log = new RecordingLog();
            var catalog = new Catalog(with?.Invoke(options) ?? options, Time, new Random(seed + i), log, new InlineWakes());
            catalog.AnnounceSelf("1.0", 8300);
            catalog.Replica.BeginServing();
            Logs.Add(log);
            Catalogs.Add(catalog);
        }
    }

    /// <summary>Called after each batch that a server merged.</summary>
    public Action<Catalog>? Merged { get; set; }

    public ManualTime Time { get; } = new(3_000_017);

    public List<Catalog> Catalogs { get; } = [];

    public List<RecordingLog> Logs { get; } = [];

    public Catalog this[int server] => Catalogs[server];

    public static string NameOf(int server) => $"n{server + 1}";

    /// <summary>Has one server adopt from another that is gone, beginning with the first entry; returns how many.</summary>
    public static int Adopt(Catalog at, Catalog gone, int most = 100, Func<ulong, bool>? chosen = null)
    {
        int bucket = 0;
        return at.Replica.Adopt(new Dictionary<uint, string> { [gone.Origin] = "server is lost" }, chosen ?? (static _ => true), most, ref bucket);
    }

    /// <summary>Lets time pass on every server.</summary>
    public void Run(double seconds)
    {
        for (TimeSpan done = TimeSpan.Zero; done < TimeSpan.FromSeconds(seconds); done += TickLength)
        {
            Time.Advance(TickLength);
            foreach (Catalog catalog in Catalogs)
            {
                catalog.Tick();
            }
        }
    }

    public static List<EntryStamp> StampsOf(Catalog catalog)
    {
        var stamps = new List<EntryStamp>();
        for (int bucket = 0; bucket < ReplicaSet.Buckets; bucket++)
        {
            catalog.Replica.CopyBucket(bucket, stamps);
        }

        return stamps;
    }

    public static List<byte[]> FactsOf(Catalog catalog) => [.. StampsOf(catalog).Select(stamp => FactOf(catalog, stamp.Key))];

    public static byte[] FactOf(Catalog catalog, ulong key)
    {
        var writer = new PackWriter();
        Assert.True(catalog.Replica.TryWriteFact(key, writer));
        return writer.ToArray();
    }

    public static MergeSummary Tell(Catalog to, IReadOnlyList<byte[]> facts, List<ulong>? newerHere = null)
    {
        var writer = new PackWriter();
        foreach (byte[] fact in facts)
        {
            writer.Bytes(fact);
        }

        return to.Replica.Merge(writer.Written, facts.Count, newerHere);
    }

    /// <summary>
    /// Tells one server all that another holds: in any order, some of it twice, in batches of any size. Where it knows better,
    /// it answers.
    /// </summary>
    public void Tell(int from, int to, double share = 1)
    {
        List<byte[]> facts = FactsOf(this[from]);
        facts.AddRange([.. facts.Where(_ => _random.Next(8) == 0)]);
        facts.RemoveAll(_ => _random.NextDouble() >= share);
        byte[][] shuffled = [.. facts];
        _random.Shuffle(shuffled);
        for (int at = 0; at < shuffled.Length;)
        {
            int size = Math.Min(1 + _random.Next(40), shuffled.Length - at);
            var newer = new List<ulong>();
            MergeSummary summary = Tell(this[to], shuffled[at..(at + size)], newer);
            Assert.Equal((0, 0), (summary.Refused, summary.TooFarAhead));
            Merged?.Invoke(this[to]);
            Tell(this[from], [.. newer.Select(key => FactOf(this[to], key))]);
            at += size;
        }
    }

    /// <summary>Tells everybody everything until nobody learns any more.</summary>
    public void Converge()
    {
        for (int round = 0; !AreEqual && round < 12; round++)
        {
            for (int from = 0; from < Catalogs.Count; from++)
            {
                for (int to = 0; to < Catalogs.Count; to++)
                {
                    if (from != to)
                    {
                        Tell(from, to);
                    }
                }
            }
        }

        AssertEqual();
    }

    public bool AreEqual => Catalogs.All(catalog => catalog.Replica.RootDigest == Catalogs[0].Replica.RootDigest);

    public void AssertEqual()
    {
        Assert.All(Catalogs, catalog => Assert.Equal(Describe(Catalogs[0]), Describe(catalog)));
        Assert.True(AreEqual);
        Assert.All(Catalogs, catalog => Assert.Equal(Catalogs[0].Replica.EntryCount, catalog.Replica.EntryCount));
    }

    /// <summary>Everything that servers have to agree on: what is there, its versions, its owners, and what was removed.</summary>
    public static string Describe(Catalog catalog)
    {
        var lines = new List<string>();
        foreach (Node node in catalog.Nodes)
        {
            lines.Add($"node {node.Name.ToLowerInvariant()} {node.Version} {node.Definition.Address} {string.Join(',', node.Definition.Metadata)} {Describe(node.Checks, withVersions: false)}");
            foreach (Instance instance in catalog.InstancesOn(node))
            {
                lines.Add($"instance {node.Name.ToLowerInvariant()}/{instance.Data.IdText} {instance.Data.Service.ToLowerInvariant()} {Convert.ToBase64String(instance.Data.Packed)} "
                    + $"{instance.Version} {instance.Tenure} {instance.RegisteredSeconds} {instance.State} {Describe(instance.Checks, withVersions: true)}");
            }
        }

        var writer = new PackWriter();
        foreach (EntryStamp stamp in StampsOf(catalog).OrderBy(stamp => stamp.Key))
        {
            writer.Clear();
            Assert.True(catalog.Replica.TryWriteFact(stamp.Key, writer));
            lines.Add($"{stamp} {(FactKind)writer.Written[0]}");
        }

        return string.Join('\n', lines);
    }

    private static string Describe(CheckList checks, bool withVersions)
    {
        var text = new StringBuilder();
        foreach (Check check in checks)
        {
            text.Append($"[{check.Definition} {check.Status}{(withVersions ? $" {check.StatusVersion}" : "")}]");
        }

        return text.ToString();
    }
}
