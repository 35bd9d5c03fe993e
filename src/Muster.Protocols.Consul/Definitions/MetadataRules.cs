using System.Buffers;
using System.Text;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>What Consul asks of metadata: at most 64 pairs, short keys of few characters, values that are not too long.</summary>
internal static class MetadataRules
{
    private const int MostPairs = 64;
    private const int LongestKey = 128;
    private const int LongestValue = 512;
    private const string ReservedPrefix = "consul-";

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>What is wrong, in Consul's words; null when nothing is.</summary>
    public static string? Check(IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        if (metadata.Count > MostPairs)
        {
            return $"Node metadata cannot contain more than {MostPairs} key/value pairs";
        }

        for (int i = 0; i < metadata.Count; i++)
        {
            (string key, string value) = metadata[i];
            if (CheckPair(key, value) is { } problem)
            {
                return $"Couldn't load metadata pair ('{key}', '{value}'): {problem}";
            }
        }

        return null;
    }

    private static string? CheckPair(string key, string value)
    {
        if (key.Length == 0)
        {
            return "Key cannot be blank";
        }

        if (key.AsSpan().ContainsAnyExcept(KeyCharacters))
        {
            return "Key contains invalid characters";
        }

        if (key.Length > LongestKey)
        {
            return $"Key is too long (limit: {LongestKey} characters)";
        }

        if (key.StartsWith(ReservedPrefix, StringComparison.Ordinal))
        {
            return $"Key prefix '{ReservedPrefix}' is reserved for internal use";
        }

        // Go counts bytes
        return value.Length > LongestValue / 4 && Encoding.UTF8.GetByteCount(value) > LongestValue
            ? $"Value is too long (limit: {LongestValue} characters)"
            : null;
    }
}
