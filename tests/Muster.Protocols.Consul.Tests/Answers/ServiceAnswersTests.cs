using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Fields;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Json;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Answers;

public class ServiceAnswersTests
{
    private static readonly string[] Services = ["web", "api"];
    private static readonly string[] Nodes = ["vm", "Alpha", "zeta"];
    private static readonly string[] Tags = ["a", "B", "ü<&>", "\u2028"];

    [Fact]
    public void CachedBytes_AfterAnyCommands_EqualAFreshEncoding()
    {
        var gen = Gen.ArrayOf(Gen.Choose(0, int.MaxValue - 1));
        Prop.ForAll(Arb.From(gen), Gen.Choose(0, 2).ToArbitrary(), (seeds, budget) =>
        {
            // no cache at all, one that always evicts, and one that never does
            LiveCatalog catalog = Create(budget switch { 0 => 0, 1 => 4_000, _ => 1 << 20 });
            var answers = new ServiceAnswers(catalog.Answers);
            foreach (int seed in seeds)
            {
                Apply(catalog, new Random(seed));
                AssertFresh(catalog, answers, new Random(seed));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Readers_DuringChanges_SeeIndexesAndBytesThatBelongTogether()
    {
        LiveCatalog catalog = Create(1 << 20);
        var answers = new ServiceAnswers(catalog.Answers);
        using var done = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntil(catalog, answers, done.Token)))];

        for (int i = 1; i <= 2000; i++)
        {
            // every change writes its number as a tag, so the bytes tell which change they show
            catalog.Add("web", "web-1", HealthStatus.Passing, "vm", $"n{i}");
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), static reads => Assert.True(reads > 0));
    }

    [Fact]
    public void Passing_AllInstancesPass_IsTheSameObjectAsAll()
    {
        LiveCatalog catalog = Create(1 << 20);
        catalog.Add("web", "web-1");
        var answers = new ServiceAnswers(catalog.Answers);
        ServiceSnapshot snapshot = catalog.FindService("web")!;

        Assert.Same(answers.Health(snapshot), answers.Passing(snapshot));
        EncodedAnswer compressed = answers.Compressed(snapshot, answers.Health(snapshot));
        Assert.Same(compressed, answers.Compressed(snapshot, answers.Passing(snapshot)));
    }

    [Fact]
    public void Hit_LookedUpOrComposed_AllocatesNothing()
    {
        LiveCatalog catalog = Create(1 << 20);
        catalog.Add("web", "web-1", HealthStatus.Passing, "vm", "Blue", "ü");
        catalog.Add("web", "web-2", HealthStatus.Critical, "vm", "green");
        var answers = new ServiceAnswers(catalog.Answers);
        List<string> tags = ["blue"];
        var filters = new FilterCache(FilterTables.HealthEntries);
        const string filter = "Service.Tags+contains+Blue+and+Service.Port+!%3D+8+and+Node.Node+matches+%22v%22+and+Checks.CheckID+contains+web";
        long spent = long.MaxValue;
        for (int warm = 0; warm < 3; warm++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ServiceSnapshot snapshot = catalog.ViewService("WEB").Snapshot!;
            Assert.True(answers.Passing(snapshot).Body.Length > 2);
            EncodedList all = answers.Health(snapshot);
            GoJsonWriter json = GoJsonWriter.Rent();
            ListEncoder.Select(all, snapshot, new InstanceFilter(passing: true, tags, null, filters.Get(filter).Condition), json);
            Assert.True(json.Written.SequenceEqual(answers.Passing(snapshot).Body));
            json.Return();
            spent = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, spent);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(500)]
    [InlineData(1000)]
    [InlineData(2000)]
    public void Health_OneOfManyChanged_EncodesThatOneAndCopiesTheRest(int instances)
    {
        LiveCatalog catalog = Create(64 << 20);
        var answers = new ServiceAnswers(catalog.Answers);
        for (int i = 0; i < instances; i++)
        {
            catalog.Add("web", $"web-{i}");
        }

        Assert.Equal(instances, answers.Health(catalog.FindService("web")!).Fresh);
        long allocated = long.MaxValue;
        Action[] changes =
        [
            () => catalog.Report("web-7", HealthStatus.Critical, "down"),
            () => catalog.Report("web-7", HealthStatus.Critical, "down for longer"),
            () => catalog.Add("web", "web-70"),
            () => catalog.Deregister("vm", "web-8", "a test"),
            () => catalog.Add("web", "web-8"),
        ];
        foreach (Action change in changes)
        {
            change();
            ServiceSnapshot snapshot = catalog.FindService("web")!;
            long before = GC.GetAllocatedBytesForCurrentThread();
            EncodedList list = answers.Health(snapshot);
            // the least of all changes: an allocation that waits for a collection is now and then counted twice
            long spent = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated = spent == 0 ? allocated : Math.Min(allocated, spent);
            Assert.InRange(list.Fresh, 0, 1);
            Assert.Equal(Fresh(snapshot, default), Encoding.UTF8.GetString(list.Body));
        }

        // the body, where its elements start, and nothing else that grows
        Assert.InRange(allocated, 1, answers.Health(catalog.FindService("web")!).Body.Length + (instances * sizeof(int)) + 2000);
    }

    [Fact]
    public void Health_ChangesThatNobodyRead_StillCopiesWhatStayed()
    {
        LiveCatalog catalog = Create(64 << 20);
        var answers = new ServiceAnswers(catalog.Answers);
        for (int i = 0; i < 100; i++)
        {
            catalog.Add("web", $"web-{i}");
        }

        answers.Health(catalog.FindService("web")!);
        for (int i = 0; i < 10; i++)
        {
            catalog.Report($"web-{i}", HealthStatus.Critical, "down");
        }

        Assert.Equal(10, answers.Health(catalog.FindService("web")!).Fresh);
        long kept = catalog.Answers.Bytes;
        catalog.Report("web-1", HealthStatus.Passing, "up");
        answers.Health(catalog.FindService("web")!);
        Assert.InRange(catalog.Answers.Bytes, kept / 2, kept * 3 / 2);
        for (int i = 0; i < 100; i++)
        {
            catalog.Deregister("vm", $"web-{i}", "a test");
        }

        Assert.Equal(0, catalog.Answers.Bytes);
    }

    private static LiveCatalog Create(long cacheBytes)
    {
        LiveCatalog catalog = TestCatalog.Create(new ManualTime(), cacheBytes);
        catalog.AddNode("Alpha", new KeyValuePair<string, string>("rack", "1"));
        catalog.AddNode("zeta");
        return catalog;
    }

    private static int ReadUntil(LiveCatalog catalog, ServiceAnswers answers, CancellationToken done)
    {
        int reads = 0;
        long lastIndex = 0, lastNumber = 0;
        while (!done.IsCancellationRequested || reads == 0)
        {
            if (catalog.ViewService("web").Snapshot is not { } snapshot)
            {
                continue;
            }

            EncodedAnswer answer = answers.Passing(snapshot);
            string text = Encoding.UTF8.GetString(answer.Body);
            int start = text.IndexOf("\"Tags\":[\"n", StringComparison.Ordinal) + 10;
            long number = long.Parse(text[start..text.IndexOf('"', start)]);
            long index = long.Parse(answer.IndexText.ToString());
            Assert.Equal(snapshot.Index, index);
            Assert.True(index >= lastIndex && number >= lastNumber, "went back");
            Assert.Equal(index == lastIndex, number == lastNumber);
            (lastIndex, lastNumber) = (index, number);
            reads++;
        }

        return reads;
    }

    private static void Apply(LiveCatalog catalog, Random random)
    {
        string service = Services[random.Next(Services.Length)];
        string node = Nodes[random.Next(Nodes.Length)];
        string id = $"{service}-{random.Next(3)}";
        var status = (HealthStatus)random.Next(3);
        switch (random.Next(6))
        {
            case 0 or 1:
                catalog.Add(service, id, status, node, [.. Tags.Where(_ => random.Next(2) == 0)]);
                break;
            case 2:
                catalog.Deregister(node, id, "a test");
                break;
            case 3:
                catalog.ReportCheck(node, $"service:{id}", status, $"output {random.Next(3)} \"<\u0001", ReportKind.Ttl);
                break;
            case 4:
                catalog.SetMaintenance(node, random.Next(2) == 0 ? id : null, random.Next(2) == 0, "why not");
                break;
            default:
                catalog.RegisterNode(new NodeDefinition
                {
                    Name = "zeta", Address = $"10.0.0.{random.Next(3)}", Datacenter = "dc1", Metadata = [new("rack", $"{random.Next(3)}")],
                });
                break;
        }
    }

    private static void AssertFresh(LiveCatalog catalog, ServiceAnswers answers, Random random)
    {
        foreach (string name in Services)
        {
            if (catalog.ViewService(name).Snapshot is not { } snapshot)
            {
                continue;
            }

            // asked in any order, twice: the second time most answers are hits
            for (int i = 0; i < 4; i++)
            {
                bool passing = random.Next(2) == 0;
                string fresh = Fresh(snapshot, new InstanceFilter(passing, null, null));
                EncodedAnswer cached = passing ? answers.Passing(snapshot) : answers.Health(snapshot);
                Assert.Equal(fresh, Encoding.UTF8.GetString(cached.Body));
            }

            var filter = new InstanceFilter(random.Next(2) == 0, [Tags[random.Next(Tags.Length)].ToUpperInvariant()], null);
            GoJsonWriter json = GoJsonWriter.Rent();
            ListEncoder.Select(answers.Health(snapshot), snapshot, filter, json);
            string composed = Encoding.UTF8.GetString(json.Written);
            json.Return();
            Assert.Equal(Fresh(snapshot, filter), composed);
        }
    }

    private static string Fresh(ServiceSnapshot snapshot, in InstanceFilter filter)
    {
        var json = new GoJsonWriter();
        json.BeginArray();
        foreach (Instance instance in snapshot.Instances)
        {
            if (filter.Accepts(instance))
            {
                HealthServiceEncoder.Write(json, instance);
            }
        }

        json.EndArray();
        return Encoding.UTF8.GetString(json.Written);
    }
}
