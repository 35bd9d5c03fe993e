using Muster.Journal;
using Muster.Journal.Tests;

namespace Muster.Simulation;

/// <summary>What is left on a disk when a process ends all at once.</summary>
internal static class CrashedDisk
{
    /// <summary>
    /// The process ends by SIGKILL, or with the machine, which loses any part of what was not synced; perhaps in the middle
    /// of what it does next with the disk.
    /// </summary>
    public static MemoryStorage Of(MemoryStorage storage, Random random, bool powerLoss, params ReadOnlySpan<Action> next)
    {
        MemoryStorage? after = null;
        if (random.Next(2) == 0)
        {
            int operations = 1 + random.Next(4);
            storage.Fault = (_, _) =>
            {
                if (--operations == 0)
                {
                    after = storage.Crash(random);
                    throw new IOException("power loss");
                }
            };
            foreach (Action step in next)
            {
                if (after is null)
                {
                    step();
                }
            }
        }

        return after ?? (powerLoss ? storage.Crash(random) : storage.Copy());
    }

    /// <summary>Now and then the newest segment ends in bytes that nobody wrote.</summary>
    public static void AddNoise(MemoryStorage storage, Random random)
    {
        string? newest = storage.Names.LastOrDefault(name => name.EndsWith(".log", StringComparison.Ordinal));
        if (newest is not null && storage[newest].Length > FileHeader.Bytes && random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(1, 100)];
            random.NextBytes(noise);
            storage[newest] = [.. storage[newest], .. noise];
        }
    }
}
