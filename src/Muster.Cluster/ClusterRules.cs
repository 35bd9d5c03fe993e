namespace Muster.Cluster;

/// <summary>The few decisions that everything else follows from; apart, so that the simulator can plant wrong ones.</summary>
internal class ClusterRules
{
    internal static ClusterRules Default { get; } = new();

    /// <summary>Whether those in sight may take over from those who are not.</summary>
    internal virtual bool HasMajority(int inSight, int known) => inSight * 2 > known;

    /// <summary>Whether a server that nobody has heard for so long is gone, and its instances need another owner.</summary>
    internal virtual bool IsGone(TimeSpan silence, TimeSpan ownerTimeout) => silence > ownerTimeout;

    /// <summary>Whether two digests of a bucket, or of everything, say that there is something to repair.</summary>
    internal virtual bool Differ(ulong ours, ulong theirs) => ours != theirs;

    /// <summary>Who of those alive takes over an instance: the same everywhere, whoever reckons it.</summary>
    internal virtual uint Heir(ulong key, ReadOnlySpan<uint> alive)
    {
        uint heir = 0;
        ulong highest = 0;
        foreach (uint origin in alive)
        {
            ulong weight = Mix(key ^ Mix(origin));
            if (weight >= highest)
            {
                (heir, highest) = (origin, weight);
            }
        }

        return heir;
    }

    private static ulong Mix(ulong value)
    {
        // the finalizer of SplitMix64
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
