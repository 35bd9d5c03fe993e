using System.Text.Json;

namespace Muster.Client.Streaming;

/// <summary>Reads single values of the registry's JSON; the reader stands on the value. False: it is not what it must be.</summary>
internal static class WireText
{
    public static bool TryString(ref Utf8JsonReader json, int most, out string value)
    {
        value = "";
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length > 6 * most)
        {
            return false;
        }

        value = json.GetString()!;
        return value.Length <= most;
    }

    public static bool TryWhole(ref Utf8JsonReader json, long most, out long value)
    {
        value = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out value) && value >= 0 && value <= most;
    }

    public static bool TrySeconds(ref Utf8JsonReader json, out double? value)
    {
        value = null;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetDouble(out double seconds) || seconds is < 0 or > 1e6)
        {
            return false;
        }

        value = seconds;
        return true;
    }

    public static bool TryTime(ref Utf8JsonReader json, out DateTimeOffset? value)
    {
        value = null;
        if (json.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (json.TokenType != JsonTokenType.String || !json.TryGetDateTimeOffset(out DateTimeOffset time))
        {
            return false;
        }

        value = time;
        return true;
    }
}
