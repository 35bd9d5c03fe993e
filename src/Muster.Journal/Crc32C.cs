using System.Buffers.Binary;
using System.Numerics;

namespace Muster.Journal;

/// <summary>CRC-32C (Castagnoli), as in iSCSI and RFC 3720; one hardware instruction per eight bytes where there is one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of <paramref name="bytes"/>; a salt of zero gives the standard value.</summary>
    public static uint Compute(uint salt, ReadOnlySpan<byte> bytes)
    {
        uint crc = ~salt;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
