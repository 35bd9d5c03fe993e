using System.Buffers.Text;
using System.Text;
using Muster.Wire;

namespace Muster.Protocols.Consul.Json;

/// <summary>
/// Reads a request's JSON forwards, value by value, straight into the fields that want it. It never throws: the first
/// thing wrong is kept in <see cref="Error"/>, in the words of Go's <c>encoding/json</c> because clients and people know
/// them, and from then on there is nothing more to read.
/// </summary>
/// <remarks>
/// As in Go, <c>null</c> leaves a field as it was, a key given twice counts the last time, and what follows the first
/// value is ignored. Nesting and the number of entries of a list or map are bounded. The argument <c>field</c> of the
/// read methods is Go's way of naming a field: the struct's name, a dot, the path.
/// </remarks>
internal ref partial struct GoJsonReader
{
    /// <summary>How deep values may nest.</summary>
    public const int MostDepth = 32;

    /// <summary>How many entries a list or map may have.</summary>
    public const int MostEntries = 4096;

    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private int _depth;
    private bool _atStart;

    public GoJsonReader(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>What is wrong, null while nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>True once something is wrong.</summary>
    public readonly bool Failed => Error is not null;

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => _at;

    /// <summary>Records what is wrong, unless something was wrong before.</summary>
    public void Fail(string error) => Error ??= error;

    /// <summary>Enters an object. False for <c>null</c> and for anything else, which is an error.</summary>
    public bool BeginObject(string field, string type) => Begin((byte)'{', field, type);

    /// <summary>Enters a list. False for <c>null</c> and for anything else, which is an error.</summary>
    public bool BeginArray(string field, string type) => Begin((byte)'[', field, type);

    /// <summary>Goes to the next field of the object and gives its name. False at its end.</summary>
    public bool NextField(out ReadOnlySpan<byte> name)
    {
        name = default;
        byte next = Peek();
        if (EndsWith((byte)'}', next))
        {
            return false;
        }

        if (!_atStart)
        {
            if (!Expect((byte)',', next, "after object key:value pair"))
            {
                return false;
            }

            next = Peek();
        }

        _atStart = false;
        if (next != '"')
        {
            FailAt("looking for beginning of object key string");
            return false;
        }

        name = StringBytes();
        return !Failed && Expect((byte)':', Peek(), "after object key");
    }

    /// <summary>Goes to the next value of the list. False at its end.</summary>
    public bool NextItem()
    {
        byte next = Peek();
        if (EndsWith((byte)']', next))
        {
            return false;
        }

        if (!_atStart && !Expect((byte)',', next, "after array element"))
        {
            return false;
        }

        _atStart = false;
        return !Failed;
    }

    /// <summary>Reads a string.</summary>
    public void Read(ref string target, string field)
    {
        switch (Peek())
        {
            case (byte)'"':
                target = TextHere() ?? target;
                break;
            case (byte)'n':
                Literal("null"u8);
                break;
            default:
                Mismatch(field, "string");
                break;
        }
    }

    /// <summary>Reads a whole number.</summary>
    public void Read(ref long target, string field)
    {
        byte next = Peek();
        if (next == 'n')
        {
            Literal("null"u8);
            return;
        }

        if (next != '-' && !IsDigit(next))
        {
            Mismatch(field, "int");
            return;
        }

        ReadOnlySpan<byte> number = NumberBytes();
        if (Failed)
        {
            return;
        }

        if (!Utf8Parser.TryParse(number, out long value, out int used) || used != number.Length)
        {
            Fail($"json: cannot unmarshal number {Encoding.ASCII.GetString(number)} into Go struct field {field} of type int");
            return;
        }

        target = value;
    }

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    public void Read(ref bool target, string field)
    {
        switch (Peek())
        {
            case (byte)'t':
                target = Literal("true"u8) || target;
                break;
            case (byte)'f':
                target = !Literal("false"u8) && target;
                break;
            case (byte)'n':
                Literal("null"u8);
                break;
            default:
                Mismatch(field, "bool");
                break;
        }
    }

    /// <summary>Reads a duration: Go's spelling in a string, or a number of nanoseconds.</summary>
    public void Read(ref TimeSpan target, string field)
    {
        byte next = Peek();
        if (next == 'n')
        {
            Literal("null"u8);
        }
        else if (next == '"')
        {
            string? text = TextHere();
            if (text is not null && !GoDuration.TryParse(text, out target))
            {
                Fail(GoDuration.Explain(text));
            }
        }
        else if (next == '-' || IsDigit(next))
        {
            ReadOnlySpan<byte> number = NumberBytes();
            if (Utf8Parser.TryParse(number, out double nanoseconds, out _) && Math.Abs(nanoseconds) < long.MaxValue)
            {
                target = GoDuration.FromNanoseconds((long)nanoseconds);
            }
            else
            {
                Fail($"json: cannot unmarshal number {Encoding.ASCII.GetString(number)} into Go struct field {field} of type time.Duration");
            }
        }
        else
        {
            Mismatch(field, "time.Duration");
        }
    }

    /// <summary>Reads a list of strings. <c>null</c> empties it.</summary>
    public void Read(ref IReadOnlyList<string> target, string field)
    {
        if (!BeginArray(field, "[]string"))
        {
            target = [];
            return;
        }

        var items = new List<string>(4);
        while (NextItem() && HasRoom(items.Count, field))
        {
            string item = "";
            Read(ref item, field);
            items.Add(item);
        }

        target = items;
    }

    /// <summary>Reads a map of strings, sorted by key (ordinal). <c>null</c> empties it.</summary>
    public void Read(ref IReadOnlyList<KeyValuePair<string, string>> target, string field)
    {
        if (!BeginObject(field, "map[string]string"))
        {
            target = [];
            return;
        }

        var pairs = new SortedPairs<string>();
        while (NextField(out ReadOnlySpan<byte> name) && HasRoom(pairs.Items.Count, field))
        {
            string key = Encoding.UTF8.GetString(name), value = "";
            Read(ref value, field);
            pairs.Set(key, value);
        }

        target = pairs.Items;
    }

    /// <summary>Fails when a list or map of <paramref name="count"/> entries may not have another.</summary>
    public bool HasRoom(int count, string field)
    {
        if (count >= MostEntries)
        {
            Fail($"json: more than {MostEntries} entries in {field}");
        }

        return !Failed;
    }

    /// <summary>Refuses a field nobody knows.</summary>
    public void UnknownField(ReadOnlySpan<byte> name) => Fail($"json: unknown field \"{Encoding.UTF8.GetString(name)}\"");

    /// <summary>
    /// Passes over one value of any kind. True when it says nothing: null, false, 0, an empty string, or a list or
    /// object of such.
    /// </summary>
    public bool Skip()
    {
        switch (Peek())
        {
            case (byte)'{':
                return SkipObject();
            case (byte)'[':
                return SkipArray();
            case (byte)'"':
                return StringBytes().IsEmpty;
            case (byte)'t':
                Literal("true"u8);
                return false;
            case (byte)'f':
                return Literal("false"u8);
            case (byte)'n':
                return Literal("null"u8);
            default:
                return NumberBytes() is [(byte)'0'];
        }
    }

    private bool SkipObject()
    {
        bool empty = true;
        if (BeginObject("", ""))
        {
            while (NextField(out _))
            {
                empty &= Skip();
            }
        }

        return empty;
    }

    private bool SkipArray()
    {
        bool empty = true;
        if (BeginArray("", ""))
        {
            while (NextItem())
            {
                empty &= Skip();
            }
        }

        return empty;
    }

    private bool Begin(byte bracket, string field, string type)
    {
        byte next = Peek();
        if (next != bracket)
        {
            if (next != 'n' || !Literal("null"u8))
            {
                Mismatch(field, type);
            }

            return false;
        }

        if (_depth == MostDepth)
        {
            Fail("json: exceeded max depth");
            return false;
        }

        _at++;
        _depth++;
        _atStart = true;
        return true;
    }

    private bool EndsWith(byte bracket, byte next)
    {
        if (next == bracket && !Failed)
        {
            _at++;
            _depth--;
            _atStart = false;
            return true;
        }

        return Failed;
    }

    /// <summary>Refuses a value of the wrong kind, naming what stands there and what belongs there.</summary>
    private void Mismatch(string field, string type)
    {
        string? kind = Peek() switch
        {
            (byte)'{' => "object",
            (byte)'[' => "array",
            (byte)'"' => "string",
            (byte)'t' or (byte)'f' => "bool",
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => "number",
            _ => null,
        };
        if (kind is null)
        {
            FailAt("looking for beginning of value");
        }
        else if (field.Length == 0)
        {
            Fail($"json: cannot unmarshal {kind} into Go value of type {type}");
        }
        else
        {
            Fail($"json: cannot unmarshal {kind} into Go struct field {field} of type {type}");
        }
    }
}
