using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Muster.Protocols.Consul.Json;

/// <summary>
/// Writes compact JSON with exactly the bytes Go's <c>encoding/json</c> writes: <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>,
/// U+2028 and U+2029 are escaped, everything else above ASCII is not, hex digits are lower case, broken UTF-8 becomes
/// <c>\ufffd</c>. Commas and colons come by themselves; the caller keeps brackets balanced.
/// </summary>
/// <remarks>
/// Not thread-safe. <see cref="Rent"/> and <see cref="Return"/> reuse one writer a thread, so a steady state allocates
/// nothing. For <c>?pretty</c> pass the result through <see cref="GoJsonIndenter"/>.
/// </remarks>
internal sealed class GoJsonWriter
{
    private const int KeptCapacity = 1 << 20;
    private const int StackBytes = 512;
    private static readonly SearchValues<byte> Special = SearchValues.Create(SpecialBytes());

    [ThreadStatic]
    private static GoJsonWriter? Spare;

    private byte[] _buffer = new byte[1024];
    private int _length;
    private bool _needsComma;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>What was written so far, for asynchronous sends; valid until the writer is returned or written to.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>An empty writer, reused when this thread has one.</summary>
    public static GoJsonWriter Rent()
    {
        GoJsonWriter writer = Spare ?? new GoJsonWriter();
        Spare = null;
        writer.Clear();
        return writer;
    }

    /// <summary>Gives the writer back; nobody may use it or its bytes afterwards.</summary>
    public void Return()
    {
        if (_buffer.Length <= KeptCapacity)
        {
            Spare = this;
        }
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        _length = 0;
        _needsComma = false;
    }

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>Opens an object.</summary>
    public void BeginObject() => Open((byte)'{');

    /// <summary>Closes an object.</summary>
    public void EndObject() => Close((byte)'}');

    /// <summary>Opens an array.</summary>
    public void BeginArray() => Open((byte)'[');

    /// <summary>Closes an array.</summary>
    public void EndArray() => Close((byte)']');

    /// <summary>A property name that needs no escaping, such as <c>"Node"u8</c>.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        Span<byte> room = BeginValue(name.Length + 3);
        room[0] = (byte)'"';
        name.CopyTo(room[1..]);
        room[name.Length + 1] = (byte)'"';
        room[name.Length + 2] = (byte)':';
        _length += name.Length + 3;
        _needsComma = false;
    }

    /// <summary>A property name from outside (a metadata key, an id), escaped.</summary>
    public void Key(ReadOnlySpan<byte> name)
    {
        Text(name);
        Colon();
    }

    /// <inheritdoc cref="Key(ReadOnlySpan{byte})"/>
    public void Key(string name)
    {
        Text(name);
        Colon();
    }

    /// <summary>A string value in UTF-8.</summary>
    public void Text(ReadOnlySpan<byte> value)
    {
        Span<byte> room = BeginValue(value.Length + 2);
        room[0] = (byte)'"';
        int plain = value.IndexOfAny(Special);
        if (plain < 0)
        {
            value.CopyTo(room[1..]);
            room[value.Length + 1] = (byte)'"';
            _length += value.Length + 2;
            return;
        }

        value[..plain].CopyTo(room[1..]);
        _length += plain + 1;
        Escape(value[plain..]);
        Reserve(1)[0] = (byte)'"';
        _length++;
    }

    /// <summary>A string value.</summary>
    public void Text(string value)
    {
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= StackBytes)
        {
            Span<byte> utf8 = stackalloc byte[StackBytes];
            Text(utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        Text(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>A whole number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, BeginValue(20), out int written);
        _length += written;
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public void Bool(bool value) => Raw(value ? "true"u8 : "false"u8);

    /// <summary><c>null</c>.</summary>
    public void Null() => Raw("null"u8);

    /// <summary>A value that is JSON already, compact and encoded by this class.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(BeginValue(json.Length));
        _length += json.Length;
    }

    private static byte[] SpecialBytes()
    {
        var special = new List<byte>();
        for (int i = 0; i < 256; i++)
        {
            if (i is < 0x20 or >= 0x80 or '"' or '\\' or '<' or '>' or '&')
            {
                special.Add((byte)i);
            }
        }

        return [.. special];
    }

    private void Open(byte bracket)
    {
        BeginValue(1)[0] = bracket;
        _length++;
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        Reserve(1)[0] = bracket;
        _length++;
        _needsComma = true;
    }

    private void Colon()
    {
        Reserve(1)[0] = (byte)':';
        _length++;
        _needsComma = false;
    }

    /// <summary>Writes the comma that may be due and makes room for a value.</summary>
    private Span<byte> BeginValue(int length)
    {
        Span<byte> room = Reserve(length + 1);
        if (_needsComma)
        {
            room[0] = (byte)',';
            _length++;
            return room[1..];
        }

        _needsComma = true;
        return room;
    }

    private void Escape(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            int plain = value.IndexOfAny(Special);
            if (plain != 0)
            {
                ReadOnlySpan<byte> run = plain < 0 ? value : value[..plain];
                run.CopyTo(Reserve(run.Length));
                _length += run.Length;
                value = value[run.Length..];
            }
            else if (value[0] < 0x80)
            {
                EscapeAscii(value[0]);
                value = value[1..];
            }
            else
            {
                value = value[AboveAscii(value)..];
            }
        }
    }

    private int AboveAscii(ReadOnlySpan<byte> value)
    {
        OperationStatus status = Rune.DecodeFromUtf8(value, out Rune rune, out int consumed);
        if (status != OperationStatus.Done)
        {
            // Go replaces each byte of a broken sequence by itself
            Append("\\ufffd"u8);
            return 1;
        }

        if (rune.Value is 0x2028 or 0x2029)
        {
            Append(rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8);
        }
        else
        {
            Append(value[..consumed]);
        }

        return consumed;
    }

    private void EscapeAscii(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                Append("\\\""u8);
                break;
            case (byte)'\\':
                Append("\\\\"u8);
                break;
            case (byte)'\n':
                Append("\\n"u8);
                break;
            case (byte)'\r':
                Append("\\r"u8);
                break;
            case (byte)'\t':
                Append("\\t"u8);
                break;
            default:
                Append("\\u00"u8);
                Span<byte> room = Reserve(2);
                room[0] = "0123456789abcdef"u8[value >> 4];
                room[1] = "0123456789abcdef"u8[value & 15];
                _length += 2;
                break;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        return _buffer.AsSpan(_length);
    }
}
