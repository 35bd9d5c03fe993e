using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>A client that was told of a deregistration turns to a server of the cluster that has not heard of it.</summary>
public sealed class LateServerTests
{
    private const int MaxInstances = 100;
    private static readonly EvidenceOptions Rules = new();
    private readonly DirectoryEntry _entry = new("payments", Rules, MaxInstances);
    private TimeSpan _now;

    private string Ids => string.Join(' ', _entry.View.Instances.Select(instance => instance.Id));

    [Fact]
    public void Apply_AnotherServerListsWhatWasDeregistered_IsNotAnswered()
    {
        BeToldThatBLeft();

        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));

        Assert.Equal("a", Ids);
        Take(Lines.Changed(11, Life("b", 0, ",\"health\":\"critical\"")));
        Assert.Equal("a", Ids);
        Take(Lines.Removed(12, "b"));
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Apply_ToldByAListAndThenListedElsewhere_IsNotAnswered()
    {
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        TurnTo(Lines.Snapshot(10, [Life("a", 0)], [Lines.Removal("b")]));
        Assert.Equal("a", Ids);

        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Assert.Equal("a", Ids);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, ",\"epoch\":1")]
    [InlineData(-30, ",\"epoch\":1")]
    public void Apply_AnotherServerListsALaterLife_IsAnsweredAtOnce(int seconds, string more)
    {
        BeToldThatBLeft();
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", seconds, more)]));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_LaterLifeComesAsAChange_IsAnsweredAtOnce()
    {
        BeToldThatBLeft();
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Take(Lines.Changed(11, Life("b", 5)));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_SameServerShowsItAgain_IsAnsweredAtOnce()
    {
        BeToldThatBLeft();
        Take(Lines.Changed(12, Life("b", 0)));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_SameServerListsItAgain_IsAnsweredAtOnce()
    {
        BeToldThatBLeft();
        Take(Lines.Snapshot(12, [Life("a", 0), Life("b", 0)]));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_SameServerResumesAndShowsItAgain_IsAnsweredAtOnce()
    {
        BeToldThatBLeft();
        _entry.Apply(new RegistryNews.StreamEnded(), _now);
        _entry.Apply(new RegistryNews.StreamBegan(), _now);
        Take(Lines.Changed(12, Life("b", 0), isLast: false));
        Take(Lines.Resumed(12));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_ShownAgainByTheServerAndThenByAnother_IsAnswered()
    {
        BeToldThatBLeft();
        Take(Lines.Changed(12, Life("b", 0)));
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_MoreLeftThanAreRemembered_TheLatestAre()
    {
        string[] all = [.. Enumerable.Range(0, MaxInstances + 1).Select(i => $"i{i:000}")];
        TurnTo(Lines.Snapshot(10, [.. all[..MaxInstances].Select(id => Life(id, 0))]));
        Take(Lines.Removed(11, all[0]));
        Take(Lines.Changed(12, Life(all[MaxInstances], 0)));
        for (var i = 1; i <= MaxInstances; i++)
        {
            Take(Lines.Removed(12 + i, all[i]));
        }

        TurnTo(Lines.Snapshot(10, [Life(all[0], 0), Life(all[MaxInstances], 0)]));
        Assert.Equal(all[0], Ids);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("replaced")]
    public void Apply_AnotherServerListsWhatOneTookForGone_IsAnswered(string kind)
    {
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Take(Lines.Removed(11, "b", kind));
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_AnotherServerGoesOnToListIt_IsBelievedAfterThePeriod()
    {
        BeToldThatBLeft();
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        _now += Rules.Period - TimeSpan.FromSeconds(1);
        Take(new RegistryNews.StillSo());
        Assert.Equal("a", Ids);

        _now += TimeSpan.FromSeconds(1);
        Take(new RegistryNews.StillSo());
        Assert.Equal("a b", Ids);
    }

    [Fact]
    public void Apply_ListOfNothingElse_IsStillNoReasonToLoseOthers()
    {
        BeToldThatBLeft();
        EntryResult result = TurnTo(Lines.Snapshot(10, [Life("b", 0)]));
        Assert.Equal("a", Ids);
        Assert.True(result.BeganHolding);
    }

    [Fact]
    public void Apply_RegistryDoesNotSayWhen_IsAnswered()
    {
        TurnTo(Lines.Snapshot(10, ["a", "b"]));
        Take(Lines.Removed(11, "b"));
        TurnTo(Lines.Snapshot(10, ["a", "b"]));
        Assert.Equal("a b", Ids);
    }

    private static string Life(string id, int seconds, string more = "") =>
        Lines.Instance(id, more: $",\"registeredAt\":\"2026-11-21T10:30:{30 + seconds:00}Z\"{more}");

    private void BeToldThatBLeft()
    {
        TurnTo(Lines.Snapshot(10, [Life("a", 0), Life("b", 0)]));
        Take(Lines.Removed(11, "b"));
        Assert.Equal("a", Ids);
    }

    private EntryResult TurnTo(string list)
    {
        _entry.Apply(new RegistryNews.StreamEnded(), _now);
        _entry.Apply(new RegistryNews.StreamBegan(), _now);
        return Take(list);
    }

    private EntryResult Take(string line)
    {
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(line), 10_000, out StreamLine read, out RejectReason reason), $"{reason}: {line}");
        return Take(read.News!);
    }

    private EntryResult Take(RegistryNews news) => _entry.Apply(news, _now);
}
