using System.Text;

namespace Muster.Protocols.Consul.Json;

/// <summary>
/// Maps the field names of one JSON object to small numbers, ignoring ASCII case as Go does. A look-up compares one
/// candidate almost always.
/// </summary>
internal sealed class FieldNames
{
    private readonly (byte[] Name, int Field)[] _slots;

    /// <summary>Takes names and their fields; several names may mean the same field.</summary>
    public FieldNames(params ReadOnlySpan<(string Name, int Field)> names)
    {
        int size = 16;
        while (size < names.Length * 4)
        {
            size *= 2;
        }

        _slots = new (byte[], int)[size];
        foreach ((string name, int field) in names)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            int at = Start(utf8);
            while (_slots[at].Name is not null)
            {
                at = (at + 1) & (size - 1);
            }

            _slots[at] = (utf8, field);
        }
    }

    /// <summary>The field a name stands for, -1 when it is not known.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return -1;
        }

        for (int at = Start(name); _slots[at].Name is { } candidate; at = (at + 1) & (_slots.Length - 1))
        {
            if (Ascii.EqualsIgnoreCase(candidate, name))
            {
                return _slots[at].Field;
            }
        }

        return -1;
    }

    private int Start(ReadOnlySpan<byte> name) =>
        ((name.Length * 29) + ((name[0] | 0x20) * 7) + ((name[^1] | 0x20) * 3) + (name[name.Length / 2] | 0x20)) & (_slots.Length - 1);
}
