using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Muster.Catalog;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein): without the seed nobody can choose names whose keys collide, and with that keep
/// somebody else's entry from being replicated.
/// </summary>
internal readonly struct SipHash(ulong seed)
{
    private readonly ulong _first = seed, _second = EntryKey.Mix(seed ^ 0x9E3779B97F4A7C15);

    /// <summary>The hash of a kind, a name and what follows it; the length of the name counts, so that nothing can shift between the two.</summary>
    internal ulong Of(char kind, string name, ReadOnlySpan<byte> rest)
    {
        ulong a = _first ^ 0x736F6D6570736575, b = _second ^ 0x646F72616E646F6D, c = _first ^ 0x6C7967656E657261, d = _second ^ 0x7465646279746573;
        Word(ref a, ref b, ref c, ref d, ((ulong)kind << 48) | (uint)name.Length);
        Words(ref a, ref b, ref c, ref d, MemoryMarshal.AsBytes(name.AsSpan()));
        Words(ref a, ref b, ref c, ref d, rest);
        c ^= 0xFF;
        for (int round = 0; round < 3; round++)
        {
            Round(ref a, ref b, ref c, ref d);
        }

        return a ^ b ^ c ^ d;
    }

    private static void Words(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            Word(ref a, ref b, ref c, ref d, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        ulong last = (ulong)length << 56;
        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        Word(ref a, ref b, ref c, ref d, last);
    }

    private static void Word(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong word)
    {
        d ^= word;
        Round(ref a, ref b, ref c, ref d);
        a ^= word;
    }

    private static void Round(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a += b;
        b = BitOperations.RotateLeft(b, 13) ^ a;
        a = BitOperations.RotateLeft(a, 32);
        c += d;
        d = BitOperations.RotateLeft(d, 16) ^ c;
        a += d;
        d = BitOperations.RotateLeft(d, 21) ^ a;
        c += b;
        b = BitOperations.RotateLeft(b, 17) ^ c;
        c = BitOperations.RotateLeft(c, 32);
    }
}
