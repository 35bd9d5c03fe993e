using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Answers;

/// <summary>All that wait for one thing wake at once: of those that miss an answer together one encodes it.</summary>
public sealed class EncodedOnceTests
{
    private const int Instances = 50;

    private readonly LiveCatalog _catalog = TestCatalog.Create(new ManualTime());

    public EncodedOnceTests()
    {
        for (int i = 0; i < Instances; i++)
        {
            _catalog.Add("web", $"web-{i}");
        }
    }

    private ServiceSnapshot Web => _catalog.FindService("web")!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Selected_ManyThreadsAtOnce_OneEncodesAndAllGetThat(bool compressed)
    {
        var selected = new SelectedAnswers(_catalog.Answers);
        ServiceSnapshot snapshot = Web;
        EncodedList all = new ServiceAnswers(_catalog.Answers).Health(snapshot);
        var condition = new SlowCondition();
        var filter = new InstanceFilter(passing: false, null, null, condition);

        SelectedAnswer?[] got = await Crowd.AskAsync(() => selected.Find(snapshot, MemoSlot.ConsulHealth, all, filter, compressed));

        Assert.Equal(Instances, condition.Asked);
        SelectedAnswer answer = Assert.Single(got.Distinct(ReferenceEqualityComparer.Instance).Cast<SelectedAnswer>());
        Assert.Equal(compressed, answer.IsCompressed);
    }

    [Fact]
    public async Task Selected_DifferentQuestionsAtOnce_AllAreKept()
    {
        var selected = new SelectedAnswers(_catalog.Answers);
        ServiceSnapshot snapshot = Web;
        EncodedList all = new ServiceAnswers(_catalog.Answers).Health(snapshot);
        SlowCondition[] conditions = [.. Enumerable.Range(0, 8).Select(static _ => new SlowCondition())];
        int next = 0;

        await Crowd.AskAsync(() => Ask(conditions[Interlocked.Increment(ref next) - 1]));

        Assert.All(conditions, condition => Assert.NotNull(Ask(condition)));
        Assert.All(conditions, static condition => Assert.Equal(Instances, condition.Asked));
        Assert.Null(Ask(new SlowCondition()));

        SelectedAnswer? Ask(Condition condition) =>
            selected.Find(snapshot, MemoSlot.ConsulHealth, all, new InstanceFilter(passing: false, null, null, condition), compressed: false);
    }

    [Fact]
    public async Task KeptList_ManyThreadsAtOnce_OneEncodesAndOneCompresses()
    {
        int written = 0;
        var list = new KeptList(_catalog.NodesPoint, json =>
        {
            Interlocked.Increment(ref written);
            Thread.Yield();
            json.Raw(new byte[10_000]);
        });

        KeptAnswer[] got = await Crowd.AskAsync(list.Current);
        byte[][] compressed = await Crowd.AskAsync(() => got[0].Compressed);

        Assert.Equal(1, written);
        Assert.Single(got.Distinct());
        Assert.Single(compressed.Distinct());
    }

    [Fact]
    public void KeptList_IndexMovedWhileItWasEncoded_IsEncodedAgain()
    {
        int written = 0;
        var list = new KeptList(_catalog.NodesPoint, json =>
        {
            json.Raw("[]"u8);
            _catalog.AddNode($"n{written++}");
        });

        long first = list.Current().Index;
        long second = list.Current().Index;

        Assert.Equal(2, written);
        Assert.True(second > first);
    }

    [Fact]
    public void Hits_AllocateNothing()
    {
        var selected = new SelectedAnswers(_catalog.Answers);
        var answers = new ServiceAnswers(_catalog.Answers);
        var list = new KeptList(_catalog.NodesPoint, static json => json.Raw(new byte[10_000]));
        ServiceSnapshot snapshot = Web;
        List<string> tags = ["a"];
        long spent = long.MaxValue;
        for (int warm = 0; warm < 3; warm++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.NotNull(selected.Find(snapshot, MemoSlot.ConsulHealth, answers.Health(snapshot), new InstanceFilter(passing: true, tags, null), compressed: true));
            Assert.True(list.Current().Compressed.Length > 0);
            spent = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, spent);
    }

    private sealed class SlowCondition : Condition
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public override bool Accepts(in FilterRow row)
        {
            Interlocked.Increment(ref _asked);
            Thread.Yield();
            return true;
        }
    }
}
