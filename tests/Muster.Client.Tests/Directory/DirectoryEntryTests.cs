using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

public sealed class DirectoryEntryTests
{
    private const int MaxInstances = 100;
    private static readonly EvidenceOptions Rules = new();
    private readonly DirectoryEntry _entry = new("payments", Rules, MaxInstances);
    private TimeSpan _now;

    private string Ids => string.Join(' ', _entry.View.Instances.Select(instance => instance.Id));

    [Fact]
    public void Apply_FirstList_IsTheView()
    {
        Assert.NotNull(Take(Lines.Snapshot(10, [Lines.Instance("b"), Lines.Instance("a")])).View);

        Assert.Equal("a b", Ids);
        Assert.Equal(ViewSource.Stream, _entry.View.Source);
        Assert.Equal("k3f9.10", _entry.Cursor);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_FirstListIsEmpty_IsAKnownEmptyView()
    {
        Assert.NotNull(Take(Lines.Snapshot(10, [])).View);
        Assert.True(_entry.View.IsKnown);
        Assert.Empty(_entry.View.Instances);
    }

    [Fact]
    public void Apply_SameListAgain_MakesNoNewView()
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a")]));
        Assert.Null(Take(Lines.Snapshot(11, [Lines.Instance("a")])).View);
        Assert.NotNull(Take(Lines.Snapshot(12, [Lines.Instance("a", port: 1)])).View);
        Assert.Equal(2, _entry.View.Revision);
    }

    [Theory]
    [InlineData("deregistered", "", false)]
    [InlineData("expired", "", false)]
    [InlineData("replaced", "", false)]
    [InlineData("filtered", "a", true)]
    [InlineData("unknown", "a", true)]
    public void Apply_LastInstanceRemoved_NeedsEvidence(string kind, string left, bool isHeld)
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a")]));

        EntryResult result = Take(Lines.Removed(11, "a", kind));

        Assert.Equal(left, Ids);
        Assert.Equal(isHeld, result.BeganHolding);
        Assert.Equal(isHeld, Freshness.IsStale);
    }

    [Fact]
    public void Apply_RemovedWithoutACause_IsNoEvidence()
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a")]));
        Take(Lines.Removed(11, "a", cause: ""));
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_EmptyListWithoutEvidence_KeepsWhatWasKnown()
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a"), Lines.Instance("b")]));

        EntryResult result = Take(Lines.Snapshot(1, []));

        Assert.True(result.BeganHolding);
        Assert.Null(result.View);
        Assert.Equal("a b", Ids);
        Assert.Contains("2 instances", Freshness.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_EmptyListWithEvidence_IsBelieved()
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a"), Lines.Instance("b")]));
        Take(Lines.Snapshot(20, [], [Lines.Removal("a"), Lines.Removal("b", "expired")]));
        Assert.Equal("", Ids);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_EvidenceForSomeOnly_KeepsTheOthers()
    {
        Take(Lines.Snapshot(10, [Lines.Instance("a"), Lines.Instance("b")]));
        Take(Lines.Snapshot(20, [], [Lines.Removal("a")]));
        Assert.Equal("b", Ids);
    }

    [Fact]
    public void Apply_EvidenceOfAnEarlierLife_IsNone()
    {
        const string Later = ",\"registeredAt\":\"2026-11-21T11:00:00Z\"";
        Take(Lines.Snapshot(10, [Lines.Instance("a", more: Later)]));
        Take(Lines.Snapshot(20, [], [Lines.Removal("a")]));
        Assert.Equal("a", Ids);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Apply_ManyLostWithoutEvidence_AreKept(int lost, bool isHeld)
    {
        Take(Lines.Snapshot(10, ["a", "b", "c", "d"]));
        EntryResult result = Take(Lines.Snapshot(20, [.. "abcd"[lost..].Select(id => id.ToString())]));
        Assert.Equal(isHeld, result.BeganHolding);
        Assert.Equal(isHeld ? 4 : 4 - lost, _entry.View.Instances.Length);
    }

    [Fact]
    public void Apply_HalfLostAgainAndAgain_IsKeptFromTheSecondTimeOn()
    {
        Take(Polled(1, "a", "b", "c", "d", "e", "f", "g", "h"));
        Take(Polled(2, "a", "b", "c", "d"));
        Assert.Equal("a b c d", Ids);

        Assert.True(Take(Polled(3, "a", "b")).BeganHolding);
        Assert.Equal("a b c d", Ids);
    }

    [Fact]
    public void Apply_HalfLostAgainMuchLater_IsBelieved()
    {
        Take(Polled(1, "a", "b", "c", "d"));
        Take(Polled(2, "a", "b"));
        _now += Rules.Period;
        Take(Polled(3, "a"));
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_HeldInstances_AreGivenUpAfterEnoughAnswersOverEnoughTime()
    {
        Take(Lines.Snapshot(10, ["a", "b", "c"]));
        Take(Lines.Snapshot(1, []));

        _now += Rules.Period / 2;
        Take(new RegistryNews.StillSo());
        _now += Rules.Period / 4;
        Take(new RegistryNews.StillSo());
        Assert.Equal("a b c", Ids);

        _now += Rules.Period / 4;
        Assert.Equal(3, Take(new RegistryNews.StillSo()).Released.Length);
        Assert.Equal("", Ids);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_HeldInstances_TimeAloneIsNotEnough()
    {
        Take(Lines.Snapshot(10, ["a"]));
        Take(Lines.Snapshot(1, []));
        _now += 10 * Rules.Period;
        Take(new RegistryNews.StillSo());
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_HeldInstanceComesBack_IsHeldNoLonger()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Take(Lines.Snapshot(1, []));
        Take(Lines.Changed(2, "a"));
        Assert.Equal(1, _entry.HeldCount);
        Take(Lines.Changed(3, "b"));
        Assert.Equal(0, _entry.HeldCount);
        Assert.Equal("a b", Ids);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_EmptyListWhileSomeAreHeld_NeedsConfirmationsOfItsOwn()
    {
        Take(Lines.Snapshot(10, ["a", "b", "c", "d"]));
        Assert.True(Take(Lines.Snapshot(11, ["d"])).BeganHolding);
        _now += Rules.Period - TimeSpan.FromSeconds(1);
        Take(new RegistryNews.StillSo());
        Take(Lines.Snapshot(12, []));

        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(["a", "b", "c"], Take(new RegistryNews.StillSo()).Released.Select(instance => instance.Id));
        Assert.Equal("d", Ids);

        _now += Rules.Period;
        Take(new RegistryNews.StillSo());
        Assert.Equal("", Ids);
    }

    [Fact]
    public void Apply_HeldTwice_IsHeldForTheWholeTimeAgain()
    {
        Take(Lines.Snapshot(10, ["a"]));
        Take(Lines.Snapshot(1, []));
        _now += Rules.Period / 2;
        Take(Lines.Snapshot(2, ["a"]));
        Take(Lines.Snapshot(1, []));
        _now += Rules.Period / 2;
        Take(new RegistryNews.StillSo());
        Take(new RegistryNews.StillSo());
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_ResumedAfterChanges_AppliesThemAsOne()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Take(new RegistryNews.StreamBegan());
        Take(Lines.Removed(11, "a", isLast: false));
        Take(Lines.Changed(12, "c", isLast: false));
        Assert.Equal("a b", Ids);

        Assert.Equal(RejectReason.None, Take(Lines.Resumed(12)).Reject);
        Assert.Equal("b c", Ids);
        Assert.Equal("k3f9.12", _entry.Cursor);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_ResumedThatNobodyAskedFor_IsRefused()
    {
        Take(Polled(5, "a"));
        Assert.Equal(RejectReason.OutOfOrder, Take(Lines.Resumed(10)).Reject);
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_HalfABatch_ChangesNothing()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Take(Lines.Removed(11, "a", isLast: false));
        Assert.Equal("a b", Ids);
        Assert.Equal("k3f9.10", _entry.Cursor);

        Take(new RegistryNews.StreamEnded());
        Take(new RegistryNews.StreamBegan());
        Take(Lines.Changed(11, "c"));
        Assert.Equal("a b c", Ids);
    }

    [Fact]
    public void Apply_WholeBatch_IsOneView()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Take(Lines.Removed(11, "a", isLast: false));
        Take(Lines.Removed(11, "b", isLast: false));
        Take(Lines.Changed(11, "c"));
        Assert.Equal("c", Ids);
        Assert.Equal(2, _entry.View.Revision);
    }

    [Fact]
    public void Apply_IndexGoesBack_IsRefusedUntilAWholeListComes()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Assert.Equal(RejectReason.IndexBackwards, Take(Lines.Removed(9, "a")).Reject);
        Assert.Null(_entry.Cursor);
        Assert.Equal(RejectReason.OutOfOrder, Take(Lines.Removed(12, "a")).Reject);
        Take(new RegistryNews.StillSo());
        Assert.True(Freshness.IsStale);
        Assert.Equal("a b", Ids);

        Take(Lines.Snapshot(12, ["a"]));
        Assert.Equal("a", Ids);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_IndexLowerOnANewStream_IsAnotherServer()
    {
        Take(Lines.Snapshot(10, ["a", "b"]));
        Take(new RegistryNews.StreamBegan());
        Assert.Equal(RejectReason.None, Take(Lines.Snapshot(3, ["a", "b"])).Reject);
        Assert.Equal("k3f9.3", _entry.Cursor);
    }

    [Fact]
    public void Apply_SameInstanceTwice_IsRefused()
    {
        Take(Lines.Snapshot(10, ["a"]));
        Assert.Equal(RejectReason.DuplicateInstance, Take(Lines.Snapshot(11, ["b", "b"])).Reject);
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_TooManyInstances_IsRefused()
    {
        Take(Lines.Snapshot(10, ["a"]));
        Assert.Equal(RejectReason.TooMany, Take(Lines.Snapshot(11, [.. Enumerable.Range(0, 101).Select(i => $"i{i}")])).Reject);
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_Unheard_KeepsTheViewAndTellsItsAge()
    {
        Take(Lines.Snapshot(10, ["a"]));
        _now += TimeSpan.FromMinutes(10);
        Take(new RegistryNews.Unheard("connection refused"));
        Assert.Equal("a", Ids);
        Assert.Equal(new Freshness(true, TimeSpan.FromMinutes(10), "connection refused"), Freshness);
    }

    [Fact]
    public void Apply_Restored_IsStaleUntilTheRegistryAnswers()
    {
        Take(new RegistryNews.Unheard("connection refused"));
        Take(new RegistryNews.Restored([Read("a"), Read("b")], TimeSpan.FromHours(1)));
        Assert.Equal("a b", Ids);
        Assert.Equal(ViewSource.Disk, _entry.View.Source);
        Assert.Equal(new Freshness(true, TimeSpan.FromHours(1), "connection refused"), Freshness);

        Take(Lines.Snapshot(1, ["c"]));
        Assert.Equal("c", Ids);
        Assert.False(Freshness.IsStale);
    }

    [Fact]
    public void Apply_EmptyListAfterRestored_KeepsTheListFromDisk()
    {
        Take(new RegistryNews.Restored([Read("a")], TimeSpan.FromHours(1)));
        Assert.True(Take(Lines.Snapshot(1, [])).BeganHolding);
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_PolledLists_NeedConfirmationsToo()
    {
        Take(Polled(5, "a", "b", "c"));
        Assert.True(Take(Polled(6)).BeganHolding);
        _now += Rules.Period;
        Take(Polled(6));
        Assert.Equal("a b c", Ids);
        Assert.Equal(3, Take(Polled(6)).Released.Length);
        Assert.Equal("", Ids);
        Assert.Equal(ViewSource.Poll, _entry.View.Source);
    }

    [Fact]
    public void Apply_ListAfterListWithoutTheOnesBefore_KeepsABoundedNumber()
    {
        for (var list = 0; list < 10; list++)
        {
            Take(Polled(list + 1, [.. Enumerable.Range(0, MaxInstances).Select(i => $"{list}-{i}")]));
            Assert.InRange(_entry.View.Instances.Length, MaxInstances, 2 * MaxInstances);
        }
    }

    [Fact]
    public void Apply_StillSo_CostsNoCopyOfTheList()
    {
        const int Times = 100;
        Take(Polled(1, [.. Enumerable.Range(0, MaxInstances).Select(i => $"i{i}")]));
        var news = new RegistryNews.StillSo();
        Take(news);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            Take(news);
        }

        // the confirmation itself
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Times, 0, 64);
    }

    private Freshness Freshness => _entry.Confirmation.ToFreshness(_now, TimeSpan.FromHours(10));

    private static RegistryNews.Listed Polled(int index, params string[] ids) =>
        new([.. ids.Select(Read)], [], null, index, ViewSource.Poll);

    private static ServiceInstance Read(string id) => new() { Service = "payments", Id = id, Node = "n1", Address = "10.0.0.1", Port = 8080 };

    private EntryResult Take(string line)
    {
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(line), 10_000, out StreamLine read, out RejectReason reason), $"{reason}: {line}");
        return Take(read.News!);
    }

    private EntryResult Take(RegistryNews news) => _entry.Apply(news, _now);
}
