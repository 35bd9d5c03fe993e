using System.Buffers;
using System.Text;
using System.Text.Json;
using Muster.Model;

namespace Muster.Protocols.Registry;

/// <summary>
/// Reads a registration and finds everything that is wrong with it. Members that it does not know are passed over, so that
/// a program may send back what it read.
/// </summary>
internal static class RegistrationReader
{
    private const double DefaultTtl = 30, ShortestTtl = 0.1, LongestTtl = 2_592_000;
    private const int LongestName = 128, LongestId = 256, LongestHost = 255, LongestValue = 512, MostPairs = 64;

    private static readonly SearchValues<char> s_nameChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly SearchValues<char> s_keyChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Null when anything was wrong; then <paramref name="errors"/> says what.</summary>
    public static InstanceDefinition? Read(ReadOnlyMemory<byte> body, List<FieldError> errors)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                InstanceDefinition definition = ReadRoot(document.RootElement, errors);
                return errors.Count == 0 ? definition : null;
            }

            errors.Add(new("body", "must be a JSON object"));
        }
        catch (JsonException error)
        {
            errors.Add(new("body", "must be JSON: " + error.Message));
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair, which JSON can spell and text cannot hold
            errors.Add(new("body", "must be Unicode"));
        }

        return null;
    }

    private static InstanceDefinition ReadRoot(JsonElement root, List<FieldError> errors) => new()
    {
        Service = Text(root, "service_name", IsName, $"must be 1 to {LongestName} letters, digits, dashes, underscores and dots, and not \".\" or \"..\"", errors),
        Id = Text(root, "instance_id", IsId, $"must be 1 to {LongestId} bytes without control characters, and not \".\" or \"..\"", errors),
        Address = Text(root, "host", IsHost, $"must be an IP address or a host name of at most {LongestHost} characters", errors),
        Port = (int)Number(root, "port", null, 1, 65535, isWhole: true, errors),
        Metadata = ReadMetadata(root, errors),
        Lease = TimeSpan.FromSeconds(Number(root, "ttl_seconds", DefaultTtl, ShortestTtl, LongestTtl, isWhole: false, errors)),
        IsStarting = ReadIsStarting(root, errors),
    };

    private static string Text(JsonElement root, string name, Predicate<string> isGood, string rule, List<FieldError> errors)
    {
        string? text = root.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        if (text is null || !isGood(text))
        {
            errors.Add(new(name, rule));
        }

        return text ?? "";
    }

    private static double Number(JsonElement root, string name, double? fallback, double min, double max, bool isWhole, List<FieldError> errors)
    {
        if (!root.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null)
        {
            if (fallback is null)
            {
                errors.Add(new(name, $"must be from {min} to {max}"));
            }

            return fallback ?? min;
        }

        bool isGood = member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out double number) && number >= min && number <= max
            && (!isWhole || number == Math.Floor(number));
        if (!isGood)
        {
            errors.Add(new(name, string.Create(null, $"must be a {(isWhole ? "whole number" : "number")} from {min} to {max}")));
        }

        return isGood ? member.GetDouble() : min;
    }

    private static List<KeyValuePair<string, string>> ReadMetadata(JsonElement root, List<FieldError> errors)
    {
        var metadata = new List<KeyValuePair<string, string>>();
        if (!root.TryGetProperty("metadata", out JsonElement members) || members.ValueKind == JsonValueKind.Null)
        {
            return metadata;
        }

        if (members.ValueKind != JsonValueKind.Object || members.GetPropertyCount() > MostPairs)
        {
            errors.Add(new("metadata", $"must be an object of at most {MostPairs} members"));
            return metadata;
        }

        foreach (JsonProperty member in members.EnumerateObject())
        {
            if (IsKey(member.Name) && TryText(member.Value, out string value))
            {
                metadata.Add(new(member.Name, value));
            }
            else
            {
                errors.Add(new("metadata." + (member.Name.Length <= 60 ? member.Name : member.Name[..57] + "..."),
                    $"must be a text, number or truth value of at most {LongestValue} bytes under a key of letters, digits, dashes and underscores"));
            }
        }

        metadata.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return metadata;
    }

    private static bool ReadIsStarting(JsonElement root, List<FieldError> errors)
    {
        if (!root.TryGetProperty("status", out JsonElement member) || member.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        string? status = member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        if (status is not ("healthy" or "unhealthy" or "starting"))
        {
            errors.Add(new("status", "must be healthy or starting"));
        }

        return status == "starting";
    }

    private static bool TryText(JsonElement value, out string text)
    {
        text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => "",
        };
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            && Encoding.UTF8.GetByteCount(text) <= LongestValue;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(s_nameChars) && name is not ("." or "..");

    private static bool IsId(string id) =>
        id.Length > 0 && Encoding.UTF8.GetByteCount(id) <= LongestId && !id.Any(char.IsControl) && id is not ("." or "..");

    private static bool IsHost(string host) =>
        host.Length is > 0 and <= LongestHost && !host.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));

    private static bool IsKey(string key) => key.Length is > 0 and <= 128 && !key.AsSpan().ContainsAnyExcept(s_keyChars);
}
