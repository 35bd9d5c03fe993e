using Muster.Model;

namespace Muster.Catalog;

/// <summary>The hybrid logical clock that stamps every change: wall time in microseconds, pushed forward so that it always grows.</summary>
internal sealed class VersionClock(TimeProvider time, uint origin)
{
    private long _highest;

    /// <summary>The highest clock given or seen.</summary>
    internal long Highest => _highest;

    /// <summary>A version newer than all this clock has given or seen.</summary>
    internal EntryVersion Next()
    {
        _highest = Math.Max(Microseconds(time.GetUtcNow()), _highest + 1);
        return new EntryVersion(_highest, origin);
    }

    /// <summary>Takes note of a version from elsewhere (the journal, a peer).</summary>
    internal void Observe(EntryVersion version) => _highest = Math.Max(_highest, version.Clock);

    internal static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
