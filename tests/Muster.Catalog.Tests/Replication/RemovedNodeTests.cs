using Muster.Model;

namespace Muster.Catalog.Tests.Replication;

/// <summary>A node that was deregistered while something was registered on it elsewhere: it shows the same everywhere, whenever a server hears of it.</summary>
public class RemovedNodeTests
{
    private readonly Replicas _replicas = new(3);

    private Catalog A => _replicas[0];

    private Catalog B => _replicas[1];

    private Catalog C => _replicas[2];

    private static string? AddressAt(Catalog catalog) => catalog.FindNode("far")?.Definition.Address;

    /// <summary>A knows that the node was deregistered, B that something lives on it, C of nothing but their own nodes.</summary>
    private void Part()
    {
        _replicas.Converge();
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        _replicas.Tell(0, 1);
        Assert.True(A.DeregisterNode("far", "gone").Ok);
        Assert.True(B.Register("far", CatalogHarness.Define("db", "db-1"), [], false, "test").Ok);
    }

    private void Pass(TimeSpan time)
    {
        _replicas.Time.Advance(time);
        _replicas.Run(0.1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Merge_WhatLivesOnANodeThatWasRemovedLongAgo_ShowsItsLastAddress(bool keepsRemovals)
    {
        Part();
        _replicas.Catalogs.ForEach(catalog => catalog.Replica.KeepRemovals(keepsRemovals));
        _replicas.Tell(0, 1);
        Pass(TimeSpan.FromHours(2));
        _replicas.Tell(1, 2);
        Assert.Equal(("10.0.0.9", "10.0.0.9"), (AddressAt(B), AddressAt(C)));
        _replicas.Converge();
        Assert.Equal("10.0.0.9", AddressAt(A));
    }

    [Fact]
    public void Merge_RemovalAfterWhatLivesOnTheNode_IsTakenHoweverOld()
    {
        Part();
        _replicas.Tell(0, 1);
        List<byte[]> facts = Replicas.FactsOf(B);
        byte[] removal = facts.Single(fact => fact[0] == (byte)FactKind.NodeTombstone);
        C.Replica.KeepRemovals(false);
        Pass(TimeSpan.FromHours(2));
        Assert.Equal(1, Replicas.Tell(C, [removal]).Same);
        Replicas.Tell(C, [.. facts.Where(fact => fact[0] == (byte)FactKind.Instance)]);
        Assert.Equal("", AddressAt(C));
        Assert.Equal(1, Replicas.Tell(C, [removal]).Applied);
        Assert.Equal("10.0.0.9", AddressAt(C));
        Assert.Equal(1, Replicas.Tell(C, [removal]).Same);
    }

    [Fact]
    public void Deregister_TheLastOfWhatLivedOnANodeThatWasRemovedLongAgo_LeavesNothingToCompare()
    {
        _replicas.Converge();
        int entries = A.Replica.EntryCount;
        Part();
        _replicas.Converge();
        Pass(TimeSpan.FromHours(2));
        Assert.Equal((entries + 2, entries + 2), (A.Replica.EntryCount, C.Replica.EntryCount));
        _replicas.Catalogs.ForEach(catalog => catalog.Replica.KeepRemovals(false));
        Assert.True(B.Deregister("far", "db-1", "left").Ok);
        _replicas.Converge();
        Assert.Equal((null, null, null), (A.FindNode("far"), B.FindNode("far"), C.FindNode("far")));
        Assert.Equal(entries + 1, A.Replica.EntryCount);
        Pass(TimeSpan.FromHours(2));
        _replicas.AssertEqual();
        Assert.Equal((entries, 0, 0), (A.Replica.EntryCount, A.Statistics.Tombstones, C.Statistics.Tombstones));
    }

    [Fact]
    public void Restart_WithSomethingOnANodeThatWasRemovedLongAgo_HoldsTheSame()
    {
        Part();
        _replicas.Converge();
        Pass(TimeSpan.FromHours(2));
        Catalog restored = Load(B, _replicas.Logs[1].Records);
        Assert.Equal(Replicas.Describe(B), Replicas.Describe(restored));
        Assert.Equal(B.Replica.RootDigest, restored.Replica.RootDigest);
    }

    /// <summary>Wherever the disk ends: a node that was removed is there if what lives on it is, and else there is nothing to compare for ever.</summary>
    [Fact]
    public void Restart_WithAnyBeginningOfTheRecords_HasTheNodeOnlyWithWhatLivesOnIt()
    {
        Part();
        _replicas.Tell(0, 1);
        _replicas.Tell(1, 2);
        byte[][] records = [.. _replicas.Logs[2].Records];
        Pass(TimeSpan.FromHours(2));
        int withNode = 0;
        for (int kept = 0; kept <= records.Length; kept++)
        {
            Catalog restored = Load(C, records[..kept]);
            restored.Tick();
            bool lives = restored.FindNode("far") is { } node && restored.FindInstance(node, "db-1") is not null;
            Assert.Equal(lives, restored.FindNode("far") is not null);
            Assert.Equal(lives && AddressAt(restored) == "10.0.0.9", Replicas.FactsOf(restored).Exists(fact => fact[0] == (byte)FactKind.NodeTombstone));
            withNode += lives ? 1 : 0;
        }

        Assert.InRange(withNode, 1, records.Length - 1);
    }

    private Catalog Load(Catalog like, IEnumerable<byte[]> records)
    {
        var restored = new Catalog(like.Options, _replicas.Time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        Assert.All(records, record => Assert.True(restored.LoadRecord(record)));
        restored.FinishLoading();
        return restored;
    }

    [Fact]
    public void Discard_OfANodeOnWhichOnesOwnLives_ShowsItsLastAddressEverywhere()
    {
        _replicas.Converge();
        A.RegisterNode(new NodeDefinition { Name = "far", Address = "10.0.0.9", Datacenter = "dc1" });
        _replicas.Tell(0, 1);
        Assert.True(B.Register("far", CatalogHarness.Define("db", "db-1"), [], false, "test").Ok);
        ulong[] unknown = [.. Replicas.StampsOf(B).Select(stamp => stamp.Key).Except(Replicas.StampsOf(C).Select(stamp => stamp.Key))];
        Assert.Equal(2, unknown.Length);
        B.Replica.Discard(unknown, "unknown to the others");
        Assert.Equal("10.0.0.9", AddressAt(B));
        _replicas.Tell(1, 2);
        Assert.Equal("10.0.0.9", AddressAt(C));
        Assert.Equal(Replicas.Describe(B), Replicas.Describe(C));
        B.Deregister("far", "db-1", "left");
        _replicas.Tell(1, 2);
        Assert.Equal((null, null), (B.FindNode("far"), C.FindNode("far")));
    }
}
