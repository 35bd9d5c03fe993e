namespace Muster.Journal.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public async Task Open_SnapshotAndLog_VisitsSnapshotThenWhatCameAfter()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("a=1"));
            Assert.True(await first.AppendDurably("a=2"));
            using (JournalSnapshot snapshot = first.Journal.BeginSnapshot())
            {
                Assert.True(await first.AppendDurably("b=1"));
                SnapshotOutcome outcome = snapshot.Write(writer => writer.Write("state a=2"u8));
                Assert.Equal(new SnapshotOutcome(2, 1, null), outcome);
            }

            Assert.True(await first.AppendDurably("b=2"));
        }

        using var second = new Harness(storage);
        Assert.Equal(["state a=2", "b=1", "b=2"], second.Recovered);
        Assert.Equal([RecordSource.Snapshot, RecordSource.Log, RecordSource.Log], second.Sources);
        Assert.Equal(FileNames.Snapshot(2), second.Journal.Recovery.SnapshotFile);
        Assert.Equal(4, second.Journal.Recovery.LastSequence);
    }

    [Fact]
    public async Task Write_MoreThanKept_DeletesOlderSnapshotsAndTheirLogs()
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage);
        for (int i = 1; i <= 4; i++)
        {
            Assert.True(await harness.AppendDurably($"r{i}"));
            Assert.True(harness.Snapshot($"state {i}").IsDurable);
        }

        Assert.True(await harness.AppendDurably("last"));
        string[] expected = [FileNames.Snapshot(3), FileNames.Log(4), FileNames.Snapshot(4), FileNames.Log(5)];
        Assert.Equal(expected.Order(StringComparer.Ordinal), storage.Names);
    }

    [Fact]
    public async Task Open_NewestSnapshotDamagedAnywhere_FallsBackToTheOlderAndTheLogs()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("r1"));
            Assert.True(first.Snapshot("state 1").IsDurable);
            Assert.True(await first.AppendDurably("r2"));
            Assert.True(first.Snapshot("state 2").IsDurable);
            Assert.True(await first.AppendDurably("r3"));
        }

        string newest = FileNames.Snapshot(2);
        byte[] good = storage[newest];
        for (int at = 0; at < good.Length; at++)
        {
            if (at is >= 8 and < 12)
            {
                continue; // the version: refused, not done without
            }

            MemoryStorage copy = storage.Copy();
            byte[] damaged = [.. good];
            damaged[at] ^= 0x10;
            copy[newest] = damaged;
            using var second = new Harness(copy);
            Assert.Equal(["state 1", "r2", "r3"], second.Recovered);
            Assert.Contains(newest, second.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(newest, copy.Names);
        }
    }

    [Fact]
    public async Task Open_NewestSnapshotCutAnywhere_FallsBack()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("r1"));
            Assert.True(first.Snapshot("state 1", "more").IsDurable);
        }

        byte[] good = storage[FileNames.Snapshot(1)];
        for (int length = 0; length < good.Length; length++)
        {
            MemoryStorage copy = storage.Copy();
            copy[FileNames.Snapshot(1)] = good[..length];
            using var second = new Harness(copy);
            Assert.Equal(["r1"], second.Recovered);
        }
    }

    [Fact]
    public async Task Open_OnlySnapshotDamagedAndItsLogsGone_Refuses()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage, options => options.SnapshotsKept = 1))
        {
            Assert.True(await first.AppendDurably("r1"));
            Assert.True(first.Snapshot("state").IsDurable);
            Assert.True(await first.AppendDurably("r2"));
            Assert.True(first.Snapshot("state").IsDurable);
        }

        byte[] damaged = storage[FileNames.Snapshot(2)];
        damaged[^1] ^= 1;
        storage[FileNames.Snapshot(2)] = damaged;
        Assert.Throws<JournalCorruptException>(() => new Harness(storage));
    }

    [Fact]
    public async Task Open_SnapshotNeverFinished_IgnoresAndRemovesIt()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("r1"));
        }

        storage[FileNames.Snapshot(1) + FileNames.TemporarySuffix] = [1, 2, 3];
        using var second = new Harness(storage);
        Assert.Equal(["r1"], second.Recovered);
        Assert.DoesNotContain(storage.Names, FileNames.IsTemporary);
    }

    [Fact]
    public async Task BeginSnapshot_GivenUp_TheLogStaysWhole()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("r1"));
            first.Journal.BeginSnapshot().Dispose();
            first.Journal.BeginSnapshot().Dispose();
            Assert.True(await first.AppendDurably("r2"));
            using JournalSnapshot snapshot = first.Journal.BeginSnapshot();
            Assert.Throws<InvalidOperationException>(first.Journal.BeginSnapshot);
            Assert.Throws<FormatException>(() => snapshot.Write(_ => throw new FormatException()));
            Assert.True(await first.AppendDurably("r3"));
        }

        using var second = new Harness(storage);
        Assert.Equal(["r1", "r2", "r3"], second.Recovered);
        Assert.DoesNotContain(storage.Names, FileNames.IsTemporary);
    }

    [Fact]
    public async Task SnapshotNeeded_LogGrown_IsRaisedOnce()
    {
        using var harness = new Harness(new MemoryStorage(), options => options.SnapshotAfterBytes = 64 * 1024);
        int raised = 0;
        harness.Journal.SnapshotNeeded += (_, _) => Interlocked.Increment(ref raised);
        Task needed = harness.SnapshotNeeded();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(await harness.AppendDurably(new string('x', 20_000)));
        }

        await needed;
        Assert.Equal(1, Volatile.Read(ref raised));
    }

    [Fact]
    public async Task Write_StorageFails_IsRetriedAndTheLogStaysHealthy()
    {
        var storage = new MemoryStorage();
        var time = new ManualTime();
        using var harness = new Harness(storage, time: time);
        Assert.True(await harness.AppendDurably("r1"));
        storage.Fault = (operation, name) =>
        {
            if (operation == "write" && FileNames.IsTemporary(name))
            {
                throw new IOException("No space left on device");
            }
        };
        SnapshotOutcome outcome = harness.Snapshot("state");
        Assert.Equal("No space left on device", outcome.Failure);
        Assert.Equal(JournalState.Healthy, harness.Journal.Status.State);
        Assert.NotNull(harness.Journal.Status.SnapshotFailure);
        Assert.True(await harness.AppendDurably("r2"));

        storage.Fault = null;
        Task needed = harness.SnapshotNeeded();
        time.Advance(TimeSpan.FromSeconds(1));
        await needed;
        Assert.True(harness.Snapshot("state").IsDurable);
        Assert.Null(harness.Journal.Status.SnapshotFailure);
    }
}
