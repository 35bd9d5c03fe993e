namespace Muster.Journal.Tests;

public sealed class FailureTests
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public async Task Append_StorageFails_IsDegradedUntilASnapshotIsDurable(string failing)
    {
        var storage = new MemoryStorage();
        var time = new ManualTime();
        using (var harness = new Harness(storage, time: time))
        {
            Assert.True(await harness.AppendDurably("r1"));
            storage.Fault = (operation, _) => Throw(operation == failing, "Input/output error");
            Assert.False(await harness.AppendDurably("r2"));
            JournalStatus status = harness.Journal.Status;
            Assert.Equal(JournalState.Degraded, status.State);
            Assert.Equal("storage failed: Input/output error", status.Reason);
            Assert.False(await harness.AppendDurably("r3"));
            Assert.Equal(2, harness.Journal.Status.DroppedRecords);
            Assert.Equal(1, harness.Journal.Status.DurableSequence);

            // Still failing: the attempt fails, and another is asked for later.
            Task needed = harness.SnapshotNeeded();
            time.Advance(RetryAfter);
            await needed;
            Assert.False(harness.Snapshot("state 3").IsDurable);
            Assert.False(await harness.AppendDurably("r4"));
            Assert.Equal(JournalState.Degraded, harness.Journal.Status.State);

            storage.Fault = null;
            needed = harness.SnapshotNeeded();
            time.Advance(2 * RetryAfter);
            await needed;
            Assert.True(harness.Snapshot("state 4").IsDurable);
            Assert.Equal(JournalState.Healthy, harness.Journal.Status.State);
            Assert.True(await harness.Journal.WaitDurableAsync(3));
            Assert.True(await harness.AppendDurably("r5"));
        }

        using var again = new Harness(storage);
        Assert.Equal(["state 4", "r5"], again.Recovered);
    }

    [Fact]
    public async Task Append_AfterAFailedSync_NeverWritesTheSameFileAgain()
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage);
        Assert.True(await harness.AppendDurably("r1"));
        bool failed = false;
        var touched = new List<string>();
        storage.Fault = (operation, name) =>
        {
            if (failed && operation is "write" or "sync")
            {
                touched.Add(name);
            }
            else if (operation == "sync")
            {
                failed = true;
                throw new IOException("Input/output error");
            }
        };
        Assert.False(await harness.AppendDurably("r2"));
        Assert.True(harness.Snapshot("state").IsDurable);
        Assert.True(await harness.AppendDurably("r3"));
        Assert.DoesNotContain(FileNames.Log(1), touched.Skip(1));
        storage.Fault = null;
    }

    [Fact]
    public async Task Append_DiskFullThenSpace_RecoversWithoutRestart()
    {
        var storage = new MemoryStorage { Capacity = 40_000 };
        var time = new ManualTime();
        using (var harness = new Harness(storage, options => options.PreallocateBytes = 10_000, time))
        {
            int durable = 0;
            while (await harness.AppendDurably(new string('x', 1000)))
            {
                durable++;
            }

            Assert.InRange(durable, 30, 39);
            Assert.Contains("No space left", harness.Journal.Status.Reason, StringComparison.Ordinal);
            for (int i = 0; i < 10_000; i++)
            {
                harness.Append("dropped");
            }

            Assert.Equal(0, harness.Journal.Status.QueuedBytes);
            storage.Capacity = 60_000;
            Task needed = harness.SnapshotNeeded();
            time.Advance(RetryAfter);
            await needed;
            Assert.True(harness.Snapshot("state").IsDurable);
            Assert.True(await harness.AppendDurably("after"));
        }

        using var again = new Harness(storage);
        Assert.Equal(["state", "after"], again.Recovered);
    }

    [Fact]
    public async Task Append_SmallDisk_SnapshotsInTimeAndNeverFillsIt()
    {
        var storage = new MemoryStorage { Capacity = 1024 * 1024 };
        using var harness = new Harness(storage, options => options.PreallocateBytes = 1024 * 1024);
        Task needed = harness.SnapshotNeeded();
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(await harness.AppendDurably(new string('x', 2000)));
            if (needed.IsCompleted)
            {
                needed = harness.SnapshotNeeded();
                Assert.True(harness.Snapshot("state").IsDurable);
            }
        }

        Assert.Equal(JournalState.Healthy, harness.Journal.Status.State);
    }

    [Fact]
    public async Task Open_DiskFull_StartsDegraded()
    {
        var storage = new MemoryStorage();
        using (var first = new Harness(storage))
        {
            Assert.True(await first.AppendDurably("r1"));
        }

        storage.Capacity = 0;
        using var harness = new Harness(storage);
        Assert.Equal(["r1"], harness.Recovered);
        Assert.Equal(JournalState.Degraded, harness.Journal.Status.State);
        Assert.False(await harness.AppendDurably("r2"));
        storage.Capacity = long.MaxValue;
        Assert.True(harness.Snapshot("state").IsDurable);
        Assert.True(await harness.AppendDurably("r3"));
    }

    [Fact]
    public async Task Append_DiskStalled_IsBoundedAndWhatWasQueuedStillCounts()
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage, options =>
        {
            options.MaxRecordBytes = 1024;
            options.MaxQueuedBytes = 4096;
        });
        using var stall = new ManualResetEventSlim();
        storage.Fault = (operation, _) => Wait(operation == "sync", stall);
        ValueTask<bool>[] waits = [.. Enumerable.Range(0, 10).Select(_ => harness.AppendDurably(new string('x', 1000)))];
        JournalStatus status = harness.Journal.Status;
        Assert.Equal(JournalState.Degraded, status.State);
        Assert.Contains("too slow", status.Reason, StringComparison.Ordinal);
        Assert.InRange(status.QueuedBytes, 3000, 4096);
        stall.Set();
        storage.Fault = null;
        bool[] durable = [.. await Task.WhenAll(waits.Select(wait => wait.AsTask()))];
        Assert.Equal([true, true, true, true, false, false, false, false, false, false], durable);

        Assert.True(harness.Snapshot("state").IsDurable);
        Assert.Equal(JournalState.Healthy, harness.Journal.Status.State);
        Assert.True(await harness.AppendDurably("after"));
    }

    [Fact]
    public async Task Open_CrashBetweenAFailureAndItsSnapshot_DropsOnlyWhatWasNeverAcknowledged()
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage);
        Assert.True(await harness.AppendDurably("r1"));
        storage.Fault = (operation, _) => Throw(operation == "sync", "Input/output error");
        Assert.False(await harness.AppendDurably("r2"));
        storage.Fault = null;
        Assert.False(await harness.AppendDurably("r3"));
        using JournalSnapshot snapshot = harness.Journal.BeginSnapshot();
        Assert.False(await harness.AppendDurably("r4"));

        MemoryStorage copy = storage.Copy();
        Assert.Contains(FileNames.Log(4), copy.Names);
        using var again = new Harness(copy);
        Assert.Equal(["r1"], again.Recovered);
        Assert.Contains("its snapshot was never finished", again.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FileNames.Log(4), copy.Names);
    }

    [Fact]
    public async Task Open_SnapshotThatClosedAGapIsDamaged_Refuses()
    {
        var storage = new MemoryStorage();
        using (var harness = new Harness(storage))
        {
            Assert.True(await harness.AppendDurably("r1"));
            storage.Fault = (operation, _) => Throw(operation == "sync", "Input/output error");
            Assert.False(await harness.AppendDurably("r2"));
            storage.Fault = null;
            Assert.True(harness.Snapshot("state").IsDurable);
            Assert.True(await harness.AppendDurably("r3"));
        }

        byte[] damaged = storage[FileNames.Snapshot(2)];
        damaged[^1] ^= 1;
        storage[FileNames.Snapshot(2)] = damaged;
        Assert.Throws<JournalCorruptException>(() => new Harness(storage));
    }

    /// <summary>One failure at the n-th operation of a life, for every n and kind: what was acknowledged before and after is kept.</summary>
    [Theory]
    [InlineData("Input/output error")]
    [InlineData("No space left on device")]
    public async Task Append_AnyOneOperationFails_NothingAcknowledgedIsLost(string reason)
    {
        for (int failing = 1; ; failing++)
        {
            var storage = new MemoryStorage();
            var time = new ManualTime();
            int operations = 0;
            storage.Fault = (_, _) => Throw(Interlocked.Increment(ref operations) == failing, reason);
            List<string> state = [], acknowledged = [];
            using (var harness = new Harness(storage, options => options.PreallocateBytes = 1000, time))
            {
                for (int round = 0; round < 4; round++)
                {
                    for (int i = 0; i < 3; i++)
                    {
                        state.Add($"{round}.{i}");
                        if (await harness.AppendDurably(state[^1]))
                        {
                            acknowledged.Add(state[^1]);
                        }
                    }

                    _ = harness.Snapshot([.. state]);
                }

                storage.Fault = null;
                bool isWell = false;
                for (int attempt = 0; attempt < 3 && !isWell; attempt++)
                {
                    // The flusher may meet the failure only now; the snapshot after that must mend it.
                    Assert.True(harness.Snapshot([.. state]).IsDurable, $"operation {failing}");
                    state.Add($"last {attempt}");
                    isWell = await harness.AppendDurably(state[^1]);
                }

                Assert.True(isWell, $"operation {failing}");
                Assert.Equal(JournalState.Healthy, harness.Journal.Status.State);
            }

            using var again = new Harness(storage.Copy());
            Assert.Equal(state, again.Recovered);
            Assert.Superset(acknowledged.ToHashSet(), again.Recovered.ToHashSet());
            if (operations < failing)
            {
                Assert.True(failing > 30, "the life was too short to prove anything");
                return;
            }
        }
    }

    private static void Throw(bool condition, string message)
    {
        if (condition)
        {
            throw new IOException(message);
        }
    }

    private static void Wait(bool condition, ManualResetEventSlim gate)
    {
        if (condition)
        {
            gate.Wait();
        }
    }
}
