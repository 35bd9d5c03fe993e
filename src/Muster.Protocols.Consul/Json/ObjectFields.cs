namespace Muster.Protocols.Consul.Json;

/// <summary>
/// What one kind of JSON object may hold: a table of field names and of what reads their values. It is the one loop
/// that decodes bodies.
/// </summary>
internal sealed class ObjectFields<T>
    where T : class
{
    private readonly string _type;
    private readonly FieldNames _names;
    private readonly FieldReader<T>[] _readers;

    /// <summary>Takes Go's name for the type and the fields. A field of several names has bars between: <c>Port|port_number</c>.</summary>
    public ObjectFields(string type, params ReadOnlySpan<(string Names, FieldReader<T> Read)> fields)
    {
        _type = type;
        _readers = new FieldReader<T>[fields.Length];
        var names = new List<(string, int)>(fields.Length * 2);
        for (int i = 0; i < fields.Length; i++)
        {
            _readers[i] = fields[i].Read;
            foreach (string name in fields[i].Names.Split('|'))
            {
                names.Add((name, i));
            }
        }

        _names = new FieldNames([.. names]);
    }

    /// <summary>Reads an object into <paramref name="body"/>. False for JSON's <c>null</c> and after an error.</summary>
    /// <param name="json">Where to read.</param>
    /// <param name="body">What to fill.</param>
    /// <param name="field">Go's name for the field that the object is the value of, empty at the top.</param>
    public bool Read(ref GoJsonReader json, T body, string field = "")
    {
        if (!json.BeginObject(field, _type))
        {
            return false;
        }

        while (json.NextField(out ReadOnlySpan<byte> name))
        {
            int known = _names.Find(name);
            if (known < 0)
            {
                json.UnknownField(name);
            }
            else
            {
                _readers[known](ref json, body);
            }
        }

        return !json.Failed;
    }

    /// <summary>Reads a list of objects, each made by <paramref name="make"/>. JSON's <c>null</c> is an empty list.</summary>
    public List<T> ReadList(ref GoJsonReader json, Func<T> make, string field)
    {
        var items = new List<T>();
        if (json.BeginArray(field, "[]" + _type))
        {
            while (json.NextItem() && json.HasRoom(items.Count, field))
            {
                T item = make();
                if (Read(ref json, item))
                {
                    items.Add(item);
                }
            }
        }

        return items;
    }
}
