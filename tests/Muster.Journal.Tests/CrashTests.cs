namespace Muster.Journal.Tests;

public sealed class CrashTests
{
    /// <summary>
    /// Writers, snapshots and log rotation until the power fails at a random operation; whatever sectors of unsynced writes
    /// arrived. What was acknowledged must be there, in order, and nothing that was never written.
    /// </summary>
    [Fact]
    public async Task Open_AfterPowerLossAtAnyMoment_HasEverythingAcknowledged()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var storage = new MemoryStorage();
            long acknowledged = 0;
            List<string> expected = [];
            for (int life = 0; life < 3; life++)
            {
                (storage, acknowledged, expected) = await LiveAndDie(storage, random, acknowledged, expected, seed);
            }

            // And whatever the crashes left, it still opens once more.
            using var last = new Harness(storage);
        }
    }

    private static async Task<(MemoryStorage Storage, long Acknowledged, List<string> Records)> LiveAndDie(
        MemoryStorage storage, Random random, long acknowledged, List<string> written, int seed)
    {
        int operations = 0;
        int failAt = random.Next(5, 60);
        MemoryStorage? after = null;
        using (var harness = new Harness(storage, options =>
        {
            options.SegmentBytes = 64 * 1024;
            options.PreallocateBytes = random.Next(2) * 3000;
        }))
        {
            List<string> state = harness.Recovered; // a list that only grows: snapshots hold all of it
            Assert.True(state.Count >= acknowledged, $"seed {seed}: {acknowledged} records were acknowledged, {state.Count} recovered");
            Assert.Equal(written.Take(state.Count), state);
            Assert.Equal(state.Count, harness.Journal.Recovery.LastSequence);
            acknowledged = state.Count;

            storage.Fault = (_, _) =>
            {
                if (Interlocked.Increment(ref operations) == failAt)
                {
                    after = storage.Crash(random);
                    throw new IOException("power loss");
                }
            };
            for (int step = 0; Volatile.Read(ref after) is null && step < 200; step++)
            {
                var waits = new List<(long Sequence, Task<bool> Wait)>();
                for (int i = random.Next(1, 6); i > 0; i--)
                {
                    string record = $"{state.Count + 1}:{new string('r', random.Next(random.Next(10) == 0 ? 30_000 : 600))}";
                    state.Add(record);
                    long sequence = harness.Append(record);
                    waits.Add((sequence, harness.Journal.WaitDurableAsync(sequence).AsTask()));
                }

                if (random.Next(8) == 0)
                {
                    string[] copy = [.. state];
                    _ = harness.Snapshot(copy);
                }

                foreach ((long sequence, Task<bool> wait) in waits)
                {
                    acknowledged = await wait ? Math.Max(acknowledged, sequence) : acknowledged;
                }
            }

            written = state;
        }

        storage.Fault = null;
        return (after ?? storage.Crash(random), acknowledged, written);
    }
}
