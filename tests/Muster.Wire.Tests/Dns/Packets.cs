using System.Buffers.Binary;
using Muster.Wire.Dns;

namespace Muster.Wire.Tests.Dns;

/// <summary>Builds packets for tests, well formed unless the test spoils them.</summary>
internal static class Packets
{
    public static byte[] Name(string text)
    {
        byte[] buffer = new byte[DnsName.MaxLength];
        Assert.True(DnsName.TryEncode(text, buffer, out int length), text);
        return buffer[..length];
    }

    public static byte[] Query(string name, DnsRecordType type, byte[]? opt = null, ushort flags = 0x0100)
    {
        byte[] wire = Name(name);
        List<byte> packet = [0xAB, 0xCD, (byte)(flags >> 8), (byte)flags, 0, 1, 0, 0, 0, 0, 0, (byte)(opt is null ? 0 : 1)];
        packet.AddRange(wire);
        packet.AddRange([(byte)((int)type >> 8), (byte)type, 0, 1]);
        packet.AddRange(opt ?? []);
        return [.. packet];
    }

    public static byte[] Opt(ushort size, uint flags = 0, params byte[] options)
    {
        byte[] opt = new byte[11 + options.Length];
        BinaryPrimitives.WriteUInt16BigEndian(opt.AsSpan(1), 41);
        BinaryPrimitives.WriteUInt16BigEndian(opt.AsSpan(3), size);
        BinaryPrimitives.WriteUInt32BigEndian(opt.AsSpan(5), flags);
        BinaryPrimitives.WriteUInt16BigEndian(opt.AsSpan(9), (ushort)options.Length);
        options.CopyTo(opt.AsSpan(11));
        return opt;
    }
}
