using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>A client that was told of a newer registration turns to a server of the cluster that has not heard of it.</summary>
public sealed class OutdatedFormTests
{
    private static readonly EvidenceOptions Rules = new();
    private readonly DirectoryEntry _entry = new("payments", Rules, maxInstances: 100);
    private TimeSpan _now;

    private string List => ModelRegistry.ListOf(_entry.View);

    [Fact]
    public void Apply_AnotherServerListsTheFormBefore_TheNewerStays()
    {
        BeToldThatBMoved();
        ServiceView before = _entry.View;

        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Assert.Equal("a:1 b:2", List);
        Assert.Same(before, _entry.View);

        Take(Lines.Changed(11, Form("b", 1, 1, health: "critical")));
        Assert.Same(before, _entry.View);
    }

    [Fact]
    public void Apply_SameLifeInAnotherForm_TheNewerStays()
    {
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1, life: 1)]));
        Take(Lines.Changed(11, Form("b", 2, 2, life: 1)));
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1, life: 1)]));
        Assert.Equal("b:2", List);
    }

    [Fact]
    public void Apply_AnotherServerHearsOfIt_ItsWordCountsAtOnce()
    {
        BeToldThatBMoved();
        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Take(Lines.Changed(11, Form("b", 2, 2, health: "critical")));
        Assert.Equal(InstanceHealth.Critical, _entry.View.Instances[1].Health);

        Take(Lines.Changed(12, Form("b", 3, 3)));
        Assert.Equal("a:1 b:3", List);
    }

    [Fact]
    public void Apply_AnotherServerGoesOnToListIt_IsBelievedAfterThePeriod()
    {
        BeToldThatBMoved();
        string late = Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]);
        TurnTo(late);
        _now += Rules.Period / 2;
        TurnTo(late);
        _now += (Rules.Period / 2) - TimeSpan.FromSeconds(1);
        Take(new RegistryNews.StillSo());
        Assert.Equal("a:1 b:2", List);

        _now += TimeSpan.FromSeconds(1);
        Take(new RegistryNews.StillSo());
        Assert.Equal("a:1 b:1", List);
        TurnTo(late);
        Assert.Equal("a:1 b:1", List);
    }

    [Fact]
    public void Apply_OnePollAfterAnother_IsJudgedAsServersAre()
    {
        BeToldThatBMoved();
        Poll(Lines.Answer(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Assert.Equal("a:1 b:2", List);

        _now += Rules.Period;
        Poll(Lines.Answer(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Assert.Equal("a:1 b:1", List);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    public void Apply_VersionsCannotBeCompared_TheServerIsBelieved(int versionBefore, int version)
    {
        TurnTo(Lines.Snapshot(10, [Form("b", 2, version)]));
        TurnTo(Lines.Snapshot(10, [Form("b", 1, versionBefore)]));
        Assert.Equal("b:1", List);
    }

    [Fact]
    public void Apply_OlderVersionOfTheSame_ItsHealthCounts()
    {
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 2, life: 1)]));
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1, life: 1, health: "critical")]));
        Assert.Equal(InstanceHealth.Critical, _entry.View.Instances[0].Health);
    }

    [Fact]
    public void Apply_LateServerTellsAnEnd_IsGoneAndOthersThatKnowBetterAreBelieved()
    {
        BeToldThatBMoved();
        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Take(Lines.Removed(11, "b"));
        Assert.Equal("a:1", List);

        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 2, 2)]));
        Assert.Equal("a:1 b:2", List);
    }

    [Fact]
    public void Apply_LateServerNoLongerListsIt_IsALossLikeAnyOther()
    {
        BeToldThatBMoved();
        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        EntryResult result = Take(Lines.Snapshot(11, []));
        Assert.Equal("a:1 b:2", List);
        Assert.True(result.BeganHolding);

        Take(Lines.Snapshot(12, [Form("a", 1, 1)]));
        Assert.Equal("a:1 b:2", List);
    }

    [Fact]
    public void Apply_KeptOneComesBackAsItWasBefore_TheNewerStays()
    {
        TurnTo(Lines.Snapshot(10, [Form("b", 2, 2)]));
        TurnTo(Lines.Snapshot(10, []));
        Take(Lines.Changed(11, Form("b", 1, 1)));
        Assert.Equal("b:2", List);
        Assert.True(_entry.Confirmation.StaleReason is null);

        Take(Lines.Changed(12, Form("b", 3, 3)));
        Assert.Equal("b:3", List);
    }

    [Fact]
    public void Apply_LateServerTellsHealthOfAnEqualForm_TheVersionIsNotForgotten()
    {
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1, life: 1)]));
        Take(Lines.Changed(11, Form("b", 2, 2, life: 1)));
        Take(Lines.Changed(12, Form("b", 1, 3, life: 1)));
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1, life: 1)]));
        Take(Lines.Changed(11, Form("b", 1, 1, life: 1, health: "critical")));
        Assert.Equal(InstanceHealth.Critical, _entry.View.Instances[0].Health);

        Take(Lines.Changed(12, Form("b", 2, 2, life: 1)));
        Assert.Equal("b:1", List);
    }

    [Fact]
    public void Apply_ListFromDisk_NeverStandsAgainstTheRegistry()
    {
        RegistryNews.Listed saved = StreamLineReader.ReadAnswer(Encoding.UTF8.GetBytes(Lines.Answer(1, [Form("b", 2, 2)])), "payments", 100, out _)!;
        _entry.Apply(new RegistryNews.Restored([.. saved.Instances.Select(instance => instance with { Version = 0 })], TimeSpan.FromMinutes(1)), _now);
        TurnTo(Lines.Snapshot(10, [Form("b", 1, 1)]));
        Assert.Equal("b:1", List);
    }

    private static string Form(string id, int port, int version, int? life = null, string health = "passing") =>
        Lines.Instance(id, port, more: $",\"registeredAt\":\"2026-11-21T10:30:{30 + (life ?? version):00}Z\"{(version > 0 ? $",\"version\":{version}" : "")}")
            .Replace("\"health\":\"passing\"", $"\"health\":\"{health}\"", StringComparison.Ordinal);

    private void BeToldThatBMoved()
    {
        TurnTo(Lines.Snapshot(10, [Form("a", 1, 1), Form("b", 1, 1)]));
        Take(Lines.Removed(11, "b"));
        Take(Lines.Changed(12, Form("b", 2, 2)));
        Assert.Equal("a:1 b:2", List);
    }

    private void TurnTo(string list)
    {
        _entry.Apply(new RegistryNews.StreamEnded(), _now);
        _entry.Apply(new RegistryNews.StreamBegan(), _now);
        Take(list);
    }

    private void Poll(string answer) =>
        Take(StreamLineReader.ReadAnswer(Encoding.UTF8.GetBytes(answer), "payments", 100, out _)!);

    private EntryResult Take(string line)
    {
        Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(line), 10_000, out StreamLine read, out RejectReason reason), $"{reason}: {line}");
        return Take(read.News!);
    }

    private EntryResult Take(RegistryNews news) => _entry.Apply(news, _now);
}
