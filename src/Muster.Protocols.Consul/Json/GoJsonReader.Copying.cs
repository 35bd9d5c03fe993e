using System.Buffers.Text;
using System.Text;

namespace Muster.Protocols.Consul.Json;

/// <summary>Numbers with a fraction, and values of any shape in canonical form: as Go writes what it read into maps of <c>interface{}</c>.</summary>
internal ref partial struct GoJsonReader
{
    /// <summary>
    /// Reads an object and gives it back compact, with its keys sorted and its numbers as 64-bit floating point. An
    /// empty one for <c>null</c>.
    /// </summary>
    public void Read(ref byte[] target, string field)
    {
        byte next = Peek();
        if (next is not ((byte)'{' or (byte)'n'))
        {
            Mismatch(field, "map[string]interface {}");
            return;
        }

        GoJsonWriter writer = GoJsonWriter.Rent();
        Copy(writer, field);
        target = next == 'n' ? "{}"u8.ToArray() : writer.ToArray();
        writer.Return();
    }

    /// <summary>Reads a number with a fraction.</summary>
    public void Read(ref double target, string field)
    {
        byte next = Peek();
        if (next == 'n')
        {
            Literal("null"u8);
        }
        else if (next == '-' || IsDigit(next))
        {
            ReadNumber(ref target, field);
        }
        else
        {
            Mismatch(field, "float64");
        }
    }

    private void Copy(GoJsonWriter writer, string field)
    {
        switch (Peek())
        {
            case (byte)'{':
                CopyObject(writer, field);
                break;
            case (byte)'[':
                CopyArray(writer, field);
                break;
            case (byte)'"':
                writer.Text(StringBytes());
                break;
            case (byte)'t':
                Literal("true"u8);
                writer.Bool(true);
                break;
            case (byte)'f':
                Literal("false"u8);
                writer.Bool(false);
                break;
            case (byte)'n':
                Literal("null"u8);
                writer.Null();
                break;
            default:
                CopyNumber(writer, field);
                break;
        }
    }

    private void CopyObject(GoJsonWriter writer, string field)
    {
        var pairs = new SortedPairs<byte[]>();
        GoJsonWriter value = GoJsonWriter.Rent();
        if (BeginObject(field, ""))
        {
            while (NextField(out ReadOnlySpan<byte> name) && HasRoom(pairs.Items.Count, field))
            {
                string key = Encoding.UTF8.GetString(name);
                value.Clear();
                Copy(value, field);
                pairs.Set(key, value.ToArray());
            }
        }

        value.Return();
        writer.BeginObject();
        foreach ((string key, byte[] json) in pairs.Items)
        {
            writer.Key(key);
            writer.Raw(json);
        }

        writer.EndObject();
    }

    private void CopyArray(GoJsonWriter writer, string field)
    {
        writer.BeginArray();
        if (BeginArray(field, ""))
        {
            for (int count = 0; NextItem() && HasRoom(count, field); count++)
            {
                Copy(writer, field);
            }
        }

        writer.EndArray();
    }

    private void CopyNumber(GoJsonWriter writer, string field)
    {
        double value = 0;
        ReadNumber(ref value, field);
        if (!Failed)
        {
            writer.Raw(Encoding.ASCII.GetBytes(GoNumber.Format(value)));
        }
    }

    private void ReadNumber(ref double target, string field)
    {
        ReadOnlySpan<byte> number = NumberBytes();
        if (Failed)
        {
            return;
        }

        if (Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value))
        {
            target = value;
        }
        else
        {
            Fail($"json: cannot unmarshal number {Encoding.ASCII.GetString(number)} into Go struct field {field} of type float64");
        }
    }
}
