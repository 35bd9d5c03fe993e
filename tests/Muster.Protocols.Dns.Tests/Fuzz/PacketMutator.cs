using System.Buffers.Binary;

namespace Muster.Protocols.Dns.Tests.Fuzz;

/// <summary>
/// Spoils DNS queries where it hurts: counts, flags, label lengths, pointers, names, types, the OPT record; and blindly,
/// as a broken wire would. The same random numbers make the same packets. Nothing is allocated.
/// </summary>
internal sealed class PacketMutator(IReadOnlyList<byte[]> seeds, Random random)
{
    public const int MaxLength = 1024;

    private const int HeaderSize = 12;
    private const int OptSize = 11;

    private static readonly byte[][] Words =
    [
        [.. "service"u8], [.. "node"u8], [.. "addr"u8], [.. "connect"u8], [.. "query"u8], [.. "dc1"u8], [.. "dc"u8], [.. "consul"u8], [.. "alt"u8],
        [.. "in-addr"u8], [.. "ip6"u8], [.. "arpa"u8], [.. "svc"u8], [.. "cluster"u8], [.. "local"u8], [.. "_tcp"u8], [.. "_udp"u8], [.. "_"u8], [.. "web"u8],
        [.. "big"u8], [.. "alias"u8], [.. "chain"u8], [.. "0a000001"u8], [.. "10-0-0-2"u8], [.. "."u8], [0], [0xFF, 0xFE], [.. "256"u8], [.. "00"u8], [.. "ns"u8],
    ];

    private static readonly ushort[] Types = [0, 1, 2, 5, 6, 12, 13, 16, 28, 33, 41, 65, 250, 251, 252, 255, 256, 65535];
    private static readonly ushort[] Counts = [0, 1, 2, 3, 16, 17, 255, 65535];
    private static readonly ushort[] Sizes = [0, 1, 511, 512, 513, 1232, 4096, 65535];
    private static readonly byte[] LabelLengths = [0, 1, 62, 63, 64, 127, 0xBF, 0xC0, 0xC1, 0xFF];

    private readonly byte[] _space = new byte[MaxLength];
    private int _length;

    /// <summary>The next packet; valid until the one after it.</summary>
    public ReadOnlySpan<byte> Next()
    {
        byte[] seed = seeds[random.Next(seeds.Count)];
        seed.CopyTo(_space, 0);
        _length = seed.Length;
        for (int edits = 1 + random.Next(4); edits > 0; edits--)
        {
            Edit();
        }

        return _space.AsSpan(0, _length);
    }

    private void Edit()
    {
        switch (random.Next(14))
        {
            case 0:
                _length = random.Next(_length + 1);
                break;
            case 1:
                Write8(random.Next(_length + 1), (byte)random.Next(256));
                break;
            case 2:
                FlipBit();
                break;
            case 3:
                Write16(4 + (2 * random.Next(4)), Pick(Counts));
                break;
            case 4:
                Write16(2, (ushort)random.Next(65536));
                break;
            case 5:
                Write8(PickLabel(), Pick(LabelLengths));
                break;
            case 6:
                Write16(PickLabel(), (ushort)(0xC000 | random.Next(_length + 4)));
                break;
            case 7:
                ReplaceLabel(Words[random.Next(Words.Length)]);
                break;
            case 8:
                RepeatLabel(random.Next(1, 20));
                break;
            case 9:
                Write16(EndOfName() + (2 * random.Next(2)), Pick(Types));
                break;
            case 10:
                AppendOpt();
                break;
            case 11:
                Splice(seeds[random.Next(seeds.Count)]);
                break;
            case 12:
                Remove(random.Next(_length + 1), random.Next(8));
                break;
            default:
                Fill(random.Next(40));
                break;
        }
    }

    private void FlipBit()
    {
        if (_length > 0)
        {
            _space[random.Next(_length)] ^= (byte)(1 << random.Next(8));
        }
    }

    // Where some label of the question's name starts, by its own lengths.
    private int PickLabel()
    {
        int at = HeaderSize;
        for (int steps = random.Next(6); steps > 0 && at < _length && _space[at] is > 0 and < 64; steps--)
        {
            at += _space[at] + 1;
        }

        return at;
    }

    private int EndOfName()
    {
        int at = HeaderSize;
        while (at < _length && _space[at] is > 0 and < 64)
        {
            at += _space[at] + 1;
        }

        return at + 1;
    }

    private void ReplaceLabel(ReadOnlySpan<byte> word)
    {
        int at = PickLabel();
        if (at < _length && _space[at] < 64)
        {
            Remove(at, _space[at] + 1);
            Insert(at, word);
            Insert(at, [(byte)word.Length]);
        }
    }

    private void RepeatLabel(int times)
    {
        int at = PickLabel();
        Span<byte> label = stackalloc byte[64];
        if (at >= _length || _space[at] is 0 or >= 64 || at + 1 + _space[at] > _length)
        {
            return;
        }

        label = label[..(_space[at] + 1)];
        _space.AsSpan(at, label.Length).CopyTo(label);
        for (; times > 0; times--)
        {
            Insert(at, label);
        }
    }

    private void AppendOpt()
    {
        Span<byte> opt = stackalloc byte[OptSize + 24];
        random.NextBytes(opt);
        opt[0] = (byte)(random.Next(8) == 0 ? 1 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], 41);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], Pick(Sizes));
        opt[6] = (byte)random.Next(2);
        int options = random.Next(25);
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)(random.Next(4) == 0 ? random.Next(65536) : options));
        BinaryPrimitives.WriteUInt16BigEndian(opt[11..], (ushort)(8 + random.Next(3)));
        BinaryPrimitives.WriteUInt16BigEndian(opt[13..], (ushort)Math.Max(0, options - 4 + random.Next(2)));
        Insert(_length, opt[..(OptSize + options)]);
        Write16(10, (ushort)(1 + random.Next(2)));
    }

    private void Splice(ReadOnlySpan<byte> other)
    {
        int cut = random.Next(_length + 1);
        _length = cut;
        Insert(cut, other[Math.Min(random.Next(_length + 1), other.Length)..]);
    }

    private void Fill(int count)
    {
        Span<byte> noise = stackalloc byte[count];
        random.NextBytes(noise);
        Insert(random.Next(_length + 1), noise);
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (at <= _length && _length + bytes.Length <= MaxLength)
        {
            _space.AsSpan(at, _length - at).CopyTo(_space.AsSpan(at + bytes.Length));
            bytes.CopyTo(_space.AsSpan(at));
            _length += bytes.Length;
        }
    }

    private void Remove(int at, int count)
    {
        int end = Math.Min(at + count, _length);
        if (at < end)
        {
            _space.AsSpan(end, _length - end).CopyTo(_space.AsSpan(at));
            _length -= end - at;
        }
    }

    private void Write8(int at, byte value)
    {
        if (at < _length)
        {
            _space[at] = value;
        }
    }

    private void Write16(int at, ushort value)
    {
        Write8(at, (byte)(value >> 8));
        Write8(at + 1, (byte)value);
    }

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];
}
