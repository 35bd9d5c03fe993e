namespace Muster.Journal.Tests;

public sealed class JournalTests
{
    [Fact]
    public async Task Open_AfterCleanStop_VisitsRecordsInOrder()
    {
        var storage = new MemoryStorage();
        string[] written = [.. Enumerable.Range(1, 500).Select(i => $"record {i}")];
        using (var first = new Harness(storage))
        {
            Assert.Empty(first.Recovered);
            foreach (string record in written)
            {
                first.Append(record);
            }

            Assert.True(await first.Journal.WaitDurableAsync(500));
        }

        using var second = new Harness(storage);
        Assert.Equal(written, second.Recovered);
        Assert.Equal(500, second.Journal.Recovery.LastSequence);
        Assert.Equal(500, second.Journal.Recovery.LogRecords);
        Assert.Empty(second.Journal.Recovery.Messages);
        Assert.Equal(501, second.Append("next"));
    }

    [Fact]
    public void Dispose_WithRecordsQueued_WritesThem()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            first.Append("a");
            first.Append("b");
        }

        using var second = new Harness(storage);
        Assert.Equal(["a", "b"], second.Recovered);
    }

    [Fact]
    public async Task Append_BeyondSegmentSize_ContinuesInAnotherLog()
    {
        var storage = new MemoryStorage();
        string big = new('x', 30_000);
        using (var first = new Harness(storage, options => options.SegmentBytes = 64 * 1024))
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(await first.AppendDurably(big + i));
            }

            Assert.Equal(7, first.Journal.Status.SegmentCount);
        }

        using var second = new Harness(storage);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => big + i), second.Recovered);
    }

    [Fact]
    public async Task Open_ManyTimesWithoutAppending_LeavesOneEmptyLog()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("a"));
        }

        for (int i = 0; i < 5; i++)
        {
            using var again = new Harness(storage);
            Assert.Equal(["a"], again.Recovered);
        }

        Assert.Equal(2, storage.Names.Length);
    }

    [Fact]
    public async Task Append_WithPreallocation_LeavesNoZerosAfterCleanStop()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage, options => options.PreallocateBytes = 100_000))
        {
            Assert.True(await first.AppendDurably("a"));
            Assert.Equal(FileHeader.Bytes + Frame.HeaderBytes + 1 + 100_000, storage[FileNames.Log(1)].Length);
        }

        Assert.Equal(FileHeader.Bytes + Frame.HeaderBytes + 1, storage[FileNames.Log(1)].Length);
    }

    [Fact]
    public void Append_EmptyOrTooLarge_Throws()
    {
        using var harness = new Harness(new MemoryStorage(), options => options.MaxRecordBytes = 1024);
        Assert.Throws<ArgumentOutOfRangeException>(() => harness.Journal.Append([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => harness.Journal.Append(new byte[1025]));
        Assert.Equal(1, harness.Journal.Append(new byte[1024]));
    }

    [Fact]
    public async Task WaitDurableAsync_UnknownSequence_Throws()
    {
        using var harness = new Harness(new MemoryStorage());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await harness.Journal.WaitDurableAsync(1));
    }

    [Fact]
    public void Open_WrongOptions_NamesEveryOne()
    {
        var options = new JournalOptions
        {
            SegmentBytes = 1, SnapshotAfterBytes = 1, MaxRecordBytes = 1, MaxQueuedBytes = 1, PreallocateBytes = -1, SnapshotsKept = 0,
            RetryAfter = TimeSpan.Zero,
        };

        Assert.Equal(7, options.Validate().Count);
        Assert.Throws<ArgumentException>(() => Journal.Open(options, (_, _, _) => { }, new MemoryStorage()));
    }

    [Fact]
    public void Open_Twice_SecondIsRefused()
    {
        var storage = new MemoryStorage();
        using var first = new Harness(storage);
        Assert.Throws<JournalInUseException>(() => new Harness(storage));
    }

    [Fact]
    public async Task Status_AfterGroups_TellsTheTruth()
    {
        using var harness = new Harness(new MemoryStorage());
        Assert.True(await harness.AppendDurably("four"));
        JournalStatus status = harness.Journal.Status;
        Assert.Equal(JournalState.Healthy, status.State);
        Assert.Null(status.Reason);
        Assert.Equal(1, status.DurableSequence);
        Assert.Equal(0, status.QueuedBytes);
        Assert.Equal(Frame.HeaderBytes + 4, status.BytesWritten);
        Assert.Equal(1, status.GroupsWritten);
    }
}
