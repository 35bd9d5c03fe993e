using Muster.Model;

namespace Muster.Catalog;

/// <summary>The hybrid logical clock that stamps every change: wall time in microseconds, pushed forward so that it always grows.</summary>
internal sealed class VersionClock(TimeProvider time, uint origin)
{
    private long _highest;

    /// <summary>This server in the versions it gives.</summary>
    internal uint Origin => origin;

    /// <summary>The highest clock given or seen.</summary>
    internal long Highest => Volatile.Read(ref _highest);

    /// <summary>A version newer than all this clock has given or seen.</summary>
    internal EntryVersion Next()
    {
        long next = Math.Max(Microseconds(time.GetUtcNow()), _highest + 1);
        Volatile.Write(ref _highest, next);
        return new EntryVersion(next, origin);
    }

    /// <summary>Takes note of a version from elsewhere (the journal, a peer).</summary>
    internal void Observe(EntryVersion version) => Volatile.Write(ref _highest, Math.Max(_highest, version.Clock));

    internal static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
