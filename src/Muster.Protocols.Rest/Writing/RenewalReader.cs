using System.Text.Json;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>
/// Reads the body of many renewals. Heartbeats are most of what a registry is told, so this goes through the text once and
/// keeps nothing but the texts it found.
/// </summary>
internal static class RenewalReader
{
    private const int Most = 5000;
    private const int LongestText = 256;

    /// <summary>The renewals; none of them counts when there are errors.</summary>
    public static List<Renewal> Read(ReadOnlySpan<byte> body, FieldErrors errors)
    {
        var renewals = new List<Renewal>();
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                errors.Add("body", "must be a JSON object");
                return renewals;
            }

            ReadRoot(ref reader, renewals, errors);
            while (reader.Read())
            {
                // nothing may follow, and the reader says so
            }
        }
        catch (JsonException error)
        {
            errors.Add("body", "is not JSON: " + error.Message);
        }
        catch (InvalidOperationException)
        {
            errors.Add("body", "contains a text that is not Unicode");
        }

        return renewals;
    }

    private static void ReadRoot(ref Utf8JsonReader reader, List<Renewal> renewals, FieldErrors errors)
    {
        bool isThere = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isList = reader.ValueTextEquals("instances"u8);
            string name = isList ? "instances" : Shown(reader.GetString()!);
            reader.Read();
            if (!isList || isThere || reader.TokenType != JsonTokenType.StartArray)
            {
                errors.Add(name, !isList ? "is not a member of this request" : isThere ? "is there twice" : "must be a list of renewals");
                reader.Skip();
                isThere |= isList;
                continue;
            }

            isThere = true;
            ReadList(ref reader, renewals, errors);
        }

        if (!isThere)
        {
            errors.Add("instances", "is required: a list of renewals");
        }
    }

    private static void ReadList(ref Utf8JsonReader reader, List<Renewal> renewals, FieldErrors errors)
    {
        int position = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (position >= Most)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.StartObject)
            {
                errors.Add($"instances[{position}]", "must be an object");
                reader.Skip();
            }
            else
            {
                renewals.Add(ReadItem(ref reader, position, errors));
            }
        }

        if (position > Most)
        {
            errors.Add("instances", $"must have at most {Most} elements, got {position}");
        }
    }

    private static Renewal ReadItem(ref Utf8JsonReader reader, int position, FieldErrors errors)
    {
        string? id = null, node = null;
        long? epoch = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = ReadText(ref reader, "id", id is not null, position, errors);
            }
            else if (reader.ValueTextEquals("node"u8))
            {
                node = ReadText(ref reader, "node", node is not null, position, errors);
            }
            else if (reader.ValueTextEquals("epoch"u8))
            {
                epoch = ReadEpoch(ref reader, epoch is not null, position, errors);
            }
            else
            {
                errors.Add($"instances[{position}].{Shown(reader.GetString()!)}", "is not a member of this request");
                reader.Read();
                reader.Skip();
            }
        }

        if (id is null)
        {
            errors.Add($"instances[{position}].id", "is required");
        }

        return new Renewal(id ?? "", node, epoch ?? 0);
    }

    private static string ReadText(ref Utf8JsonReader reader, string name, bool isSecond, int position, FieldErrors errors)
    {
        reader.Read();
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        if (isSecond || text is not { Length: > 0 and <= LongestText })
        {
            errors.Add($"instances[{position}].{name}", isSecond ? "is there twice" : $"must be a text of 1 to {LongestText} characters");
            reader.Skip();
        }

        return text ?? "";
    }

    private static long ReadEpoch(ref Utf8JsonReader reader, bool isSecond, int position, FieldErrors errors)
    {
        reader.Read();
        long epoch = 0;
        bool isEpoch = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out epoch) && epoch is >= 0 and <= InstanceDefinition.MaxEpoch;
        if (isSecond || !isEpoch)
        {
            errors.Add($"instances[{position}].epoch", isSecond ? "is there twice" : $"must be from 0 to {InstanceDefinition.MaxEpoch}");
            reader.Skip();
        }

        return epoch;
    }

    private static string Shown(string name) => name.Length <= 60 ? name : name[..57] + "...";
}
