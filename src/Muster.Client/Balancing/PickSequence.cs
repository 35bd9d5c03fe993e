using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing;

/// <summary>A counter that picks share, begun at random so that clients that start together do not march in step.</summary>
public sealed class PickSequence
{
    private PaddedCounter _next;

    internal PickSequence(Random random) => _next.Value = (ulong)random.NextInt64();

    /// <summary>The next number. Begins anew after 2^32 of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next() => (uint)Interlocked.Increment(ref _next.Value);
}
