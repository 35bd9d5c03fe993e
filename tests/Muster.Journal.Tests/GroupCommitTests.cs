namespace Muster.Journal.Tests;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task Append_WhileAGroupIsBeingSynced_CollectsOneNextGroup()
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage);
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        storage.Fault = (operation, _) =>
        {
            if (operation == "sync")
            {
                entered.Release();
                release.Wait();
            }
        };
        int syncsBefore = storage.LogSyncs;

        ValueTask<bool> first = harness.AppendDurably("first");
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        Task<bool>[] next = [.. Enumerable.Range(0, 99).Select(i => harness.AppendDurably($"{i}").AsTask())];
        Assert.DoesNotContain(next, wait => wait.IsCompleted);
        release.Release();
        Assert.True(await first);
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(next, wait => wait.IsCompleted);
        release.Release();

        Assert.All(await Task.WhenAll(next), Assert.True);
        Assert.Equal(2, storage.LogSyncs - syncsBefore);
        Assert.Equal(2, harness.Journal.Status.GroupsWritten);
        storage.Fault = null;
    }

    [Fact]
    public async Task WaitDurableAsync_BlockingContinuation_DoesNotStopTheNextGroup()
    {
        using var harness = new Harness(new MemoryStorage());
        using var release = new ManualResetEventSlim();
        ValueTask<bool> first = harness.AppendDurably("first");
        Task blocked = Task.Run(() => Block(first, release), TestContext.Current.CancellationToken);
        Assert.True(await harness.AppendDurably("second"));
        release.Set();
        await blocked;

        static async Task Block(ValueTask<bool> wait, ManualResetEventSlim release)
        {
            Assert.True(await wait);
            release.Wait(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task WaitDurableAsync_ManyWaitersOfManyThreads_AllAreAnswered()
    {
        using var harness = new Harness(new MemoryStorage());
        var writer = new Lock();
        Task[] clients = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                long sequence;
                lock (writer)
                {
                    sequence = harness.Append("record");
                }

                Assert.True(await harness.Journal.WaitDurableAsync(sequence));
            }
        }))];
        await Task.WhenAll(clients);
        Assert.Equal(8000, harness.Journal.Status.DurableSequence);
    }

    [Fact]
    public async Task WaitDurableAsync_SameSequenceTwice_BothAreAnswered()
    {
        using var harness = new Harness(new MemoryStorage());
        long sequence = harness.Append("record");
        ValueTask<bool> one = harness.Journal.WaitDurableAsync(sequence);
        ValueTask<bool> two = harness.Journal.WaitDurableAsync(sequence);
        Assert.True(await one);
        Assert.True(await two);
    }

    [Fact]
    public async Task Append_SteadyState_AllocatesNothing()
    {
        using var harness = new Harness(new MemoryStorage());
        byte[] record = new byte[300];
        long last = 0;
        for (int round = 0; round < 20; round++)
        {
            last = AppendMany(harness.Journal, record);
            Assert.True(await harness.Journal.WaitDurableAsync(last));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        AppendMany(harness.Journal, record);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static long AppendMany(Journal journal, byte[] record)
        {
            long last = 0;
            for (int i = 0; i < 100; i++)
            {
                last = journal.Append(record);
            }

            return last;
        }
    }
}
