using System.Text.Json;

namespace Muster.Protocols.Rest;

/// <summary>
/// Reads the members of a JSON object by name and type. What is missing gives the default, what is wrong is added to the
/// errors under its full name, and <see cref="RefuseOthers"/> refuses what nobody asked for.
/// </summary>
internal sealed class JsonFields(JsonElement value, string prefix, FieldErrors errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Adds an error about a member.</summary>
    public void Refuse(string name, string message) => errors.Add(prefix + name, message);

    public string Text(string name, string fallback, int longest)
    {
        if (!TryGet(name, JsonValueKind.String, "a text", out JsonElement member))
        {
            return fallback;
        }

        string text = member.GetString()!;
        if (text.Length > longest)
        {
            Refuse(name, $"must be at most {longest} characters long");
        }

        return text;
    }

    public bool Switch(string name)
    {
        if (!TryGetAny(name, out JsonElement member) || member.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return member.ValueKind == JsonValueKind.True;
        }

        Refuse(name, "must be true or false");
        return false;
    }

    public int Number(string name, int fallback, int min, int max) => (int)Long(name, fallback, min, max);

    public long Long(string name, long fallback, long min, long max)
    {
        if (!TryGetAny(name, out JsonElement member))
        {
            return fallback;
        }

        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out long number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse(name, $"must be from {min} to {max}, got {Shown(member)}");
        return fallback;
    }

    public TimeSpan Seconds(string name, TimeSpan fallback, double min, double max, bool zeroIsNone = false)
    {
        if (!TryGetAny(name, out JsonElement member))
        {
            return fallback;
        }

        if (member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out double seconds)
            && ((seconds >= min && seconds <= max) || (zeroIsNone && seconds == 0)))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Refuse(name, $"must be {(zeroIsNone ? "0 or " : "")}from {min} to {max}, got {Shown(member)}");
        return fallback;
    }

    public List<string> Texts(string name, int most, int longest)
    {
        var texts = new List<string>();
        foreach (JsonElement item in Items(name, most, "a list of texts"))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text && text.Length <= longest)
            {
                texts.Add(text);
            }
            else
            {
                Refuse($"{name}[{texts.Count}]", $"must be a text of 1 to {longest} characters");
                break;
            }
        }

        return texts;
    }

    /// <summary>The elements of a list, none when it is missing or wrong.</summary>
    public List<JsonElement> Items(string name, int most, string what)
    {
        if (!TryGet(name, JsonValueKind.Array, what, out JsonElement list))
        {
            return [];
        }

        if (list.GetArrayLength() <= most)
        {
            return [.. list.EnumerateArray()];
        }

        Refuse(name, $"must have at most {most} elements, got {list.GetArrayLength()}");
        return [];
    }

    /// <summary>The members of an object, sorted by name (ordinal), none when it is missing or wrong.</summary>
    public List<KeyValuePair<string, JsonElement>> Members(string name, int most)
    {
        if (!TryGet(name, JsonValueKind.Object, "an object", out JsonElement member))
        {
            return [];
        }

        List<KeyValuePair<string, JsonElement>> members = [.. member.EnumerateObject().Select(property => new KeyValuePair<string, JsonElement>(property.Name, property.Value))];
        if (members.Count > most)
        {
            Refuse(name, $"must have at most {most} members, got {members.Count}");
            return [];
        }

        members.Sort((left, right) => string.CompareOrdinal(left.Key, right.Key));
        return members;
    }

    /// <summary>The object in a member, to read its own members; null when it is missing or wrong.</summary>
    public JsonFields? Object(string name) =>
        TryGet(name, JsonValueKind.Object, "an object", out JsonElement member) ? new JsonFields(member, $"{prefix}{name}.", errors) : null;

    /// <summary>An element of a list, to read its members.</summary>
    public JsonFields Item(string path, JsonElement element) => new(element, prefix + path, errors);

    /// <summary>Call last: every member not asked for is an error.</summary>
    public void RefuseOthers()
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (!_known.Contains(property.Name))
            {
                Refuse(property.Name, "is not a member of this request");
            }
        }
    }

    public bool Has(string name) => value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null;

    private bool TryGetAny(string name, out JsonElement member)
    {
        _known.Add(name);

        // null is the same as leaving the member out
        return value.TryGetProperty(name, out member) && member.ValueKind != JsonValueKind.Null;
    }

    private bool TryGet(string name, JsonValueKind kind, string what, out JsonElement member)
    {
        if (!TryGetAny(name, out member))
        {
            return false;
        }

        if (member.ValueKind == kind)
        {
            return true;
        }

        Refuse(name, "must be " + what);
        return false;
    }

    private static string Shown(JsonElement element) => element.GetRawText() is { Length: <= 60 } raw ? raw : element.GetRawText()[..57] + "...";
}
