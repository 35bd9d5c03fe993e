using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Muster.Wire;

namespace Muster.Server.Configuration;

/// <summary>
/// A value as somebody wrote it, a flag's text or a configuration file's JSON, with the place it came from. The <c>Try</c>
/// methods read it as a type; what they cannot read they report to the draft, naming place and value.
/// </summary>
internal readonly struct SettingValue
{
    private readonly AgentDraft _draft;
    private readonly string? _text;
    private readonly JsonElement _json;

    private SettingValue(AgentDraft draft, string source, string? text, JsonElement json)
    {
        _draft = draft;
        Source = source;
        _text = text;
        _json = json;
    }

    /// <summary>Where the value stands, for messages: <c>-http-port</c>, <c>a.json: ports.http</c>.</summary>
    public string Source { get; }

    /// <summary>The JSON value; only for settings without a flag.</summary>
    public JsonElement Json => _json;

    public static SettingValue OfFlag(AgentDraft draft, string flag, string text) => new(draft, "-" + flag, text, default);

    public static SettingValue OfKey(AgentDraft draft, string source, JsonElement json) => new(draft, source, null, json);

    /// <summary>Reports what is wrong with this value.</summary>
    public void Refuse(string expected) => _draft.Error($"{Source}: {expected}, got {Shown}");

    public bool TrySwitch(out bool value)
    {
        if (_text is null)
        {
            value = _json.ValueKind == JsonValueKind.True;
            return value || _json.ValueKind == JsonValueKind.False || Refused("must be true or false");
        }

        // the spellings Go's flag package takes
        value = _text is "1" or "t" or "T" or "true" or "TRUE" or "True";
        return value || _text is "0" or "f" or "F" or "false" or "FALSE" or "False" || Refused("must be true or false");
    }

    public bool TryText([NotNullWhen(true)] out string? value)
    {
        value = TextOrNull;
        return value is not null || Refused("must be a text");
    }

    public bool TryNumber(long min, long max, out long value)
    {
        value = 0;
        bool read = _text is null
            ? _json.ValueKind == JsonValueKind.Number && _json.TryGetInt64(out value)
            : long.TryParse(_text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return (read && value >= min && value <= max) || Refused($"must be a whole number from {min} to {max}");
    }

    public bool TryPort(out int value)
    {
        bool read = TryNumber(-1, 65535, out long port);
        value = (int)port;
        return read;
    }

    /// <summary>A duration as Go writes it, in JSON as a text.</summary>
    public bool TryDuration(TimeSpan min, TimeSpan max, out TimeSpan value)
    {
        value = default;
        return (TextOrNull is { } text && GoDuration.TryParse(text, out value) && value >= min && value <= max)
            || Refused($"must be a duration from {GoDuration.Format(min)} to {GoDuration.Format(max)}, such as \"30s\"");
    }

    public bool TryAddress([NotNullWhen(true)] out IPAddress? value)
    {
        return IPAddress.TryParse(TextOrNull, out value) || Refused("must be an IP address");
    }

    /// <summary>A list of texts; a flag or a plain JSON text is a list of one.</summary>
    public bool TryList(out List<string> values)
    {
        values = [];
        if (TextOrNull is { } single)
        {
            values.Add(single);
            return true;
        }

        if (_json.ValueKind != JsonValueKind.Array)
        {
            return Refused("must be a list of texts");
        }

        foreach (JsonElement item in _json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return Refused("must be a list of texts");
            }

            values.Add(item.GetString()!);
        }

        return true;
    }

    /// <summary>Pairs of texts: <c>key:value</c> as a flag, an object in JSON.</summary>
    public bool TryPairs(out List<KeyValuePair<string, string>> pairs)
    {
        pairs = [];
        if (_text is not null)
        {
            int colon = _text.IndexOf(':', StringComparison.Ordinal);
            pairs.Add(colon < 0 ? new(_text, "") : new(_text[..colon], _text[(colon + 1)..]));
            return true;
        }

        if (_json.ValueKind != JsonValueKind.Object)
        {
            return Refused("must be an object of texts");
        }

        foreach (JsonProperty property in _json.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
            {
                return Refused("must be an object of texts");
            }

            pairs.Add(new(property.Name, property.Value.GetString()!));
        }

        return true;
    }

    private string? TextOrNull => _text ?? (_json.ValueKind == JsonValueKind.String ? _json.GetString() : null);

    private string Shown => _text is not null ? $"\"{_text}\"" : _json.GetRawText() is { Length: <= 80 } raw ? raw : _json.GetRawText()[..77] + "...";

    private bool Refused(string expected)
    {
        Refuse(expected);
        return false;
    }
}
