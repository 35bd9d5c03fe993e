using System.Runtime.CompilerServices;

namespace Muster.Client.Balancing;

/// <summary>Random numbers for picks: a Weyl sequence, mixed. Thread-safe without locks; not for secrets.</summary>
/// <remarks>
/// Threads share the state without care: two that meet draw the same number once, which does not matter to a balancer. A
/// generator per thread would cost each pick some 3 ns to find its thread's state, as much as all the rest.
/// </remarks>
public sealed class PickRandom
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private PaddedCounter _state;

    internal PickRandom(Random seeds) => _state.Value = (ulong)seeds.NextInt64();

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        ulong state = _state.Value + GoldenRatio;
        _state.Value = state;
        ulong bits = (state ^ (state >> 32)) * 0xD6E8FEB86659FD93;
        return bits ^ (bits >> 32);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1. The bound is at least 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int bound) => (int)(((Next() >> 32) * (uint)bound) >> 32);
}
