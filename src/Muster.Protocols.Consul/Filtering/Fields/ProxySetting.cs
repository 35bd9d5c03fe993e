using System.Text.Json;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>One of the settings of a proxy, found by its names in the JSON that the catalog keeps them as. What is left out there is empty, zero or false.</summary>
internal sealed class ProxySetting(params string[] path)
{
    public FilterText Text(in FilterRow row) => TryFind(row.ProxySettings, out Utf8JsonReader value) && value.TokenType == JsonTokenType.String
        ? new FilterText(FilterScratch.Unescape(value))
        : default;

    public long Number(in FilterRow row) =>
        TryFind(row.ProxySettings, out Utf8JsonReader value) && value.TryGetInt64(out long number) ? number : 0;

    public bool Flag(in FilterRow row) => TryFind(row.ProxySettings, out Utf8JsonReader value) && value.TokenType == JsonTokenType.True;

    /// <summary>Finds the setting; the reader stands on its value.</summary>
    public bool TryFind(ReadOnlySpan<byte> settings, out Utf8JsonReader value)
    {
        value = new Utf8JsonReader(settings);
        if (settings.IsEmpty)
        {
            return false;
        }

        value.Read();
        foreach (string name in path)
        {
            if (!TryEnter(ref value, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryEnter(ref Utf8JsonReader value, string name)
    {
        while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
        {
            bool found = value.ValueTextEquals(name);
            value.Read();
            if (found)
            {
                return true;
            }

            value.Skip();
        }

        return false;
    }
}
