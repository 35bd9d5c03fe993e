using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Muster.Client.Balancing;

/// <summary>Hashes of sticky keys: the same in every process and on every machine, never 0. Not for secrets.</summary>
public static class StickyKey
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD1B54A32D192ED03;

    /// <summary>The hash of a text, such as a tenant's or a session's id.</summary>
    public static ulong Hash(ReadOnlySpan<char> key) => Hash(MemoryMarshal.AsBytes(key));

    /// <summary>The hash of bytes.</summary>
    public static ulong Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = First ^ (ulong)key.Length;
        while (key.Length >= sizeof(ulong))
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key), Second);
            key = key[sizeof(ulong)..];
        }

        ulong tail = 0;
        foreach (byte value in key)
        {
            tail = (tail << 8) | value;
        }

        return NotZero(Mix(hash ^ tail));
    }

    /// <summary>The hash of a number, such as an account's.</summary>
    public static ulong Hash(long key) => NotZero(Mix((ulong)key ^ First));

    /// <summary>Spreads a number over all 64 bits (the finalizer of SplitMix64): neighbours come out unrelated.</summary>
    internal static ulong Mix(ulong value)
    {
        value += First;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>What an instance is known by to hashes: node and id, so that it keeps its keys when it comes back on another port.</summary>
    internal static ulong Of(ServiceInstance instance) => Mix(Hash(instance.Node) ^ Hash(instance.Id) * Second);

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    private static ulong NotZero(ulong hash) => hash == 0 ? First : hash;
}
