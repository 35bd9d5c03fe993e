using System.Buffers;
using System.Text;
using System.Text.Json;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Reads a registration and finds everything that is wrong with it.</summary>
internal static class RegistrationReader
{
    private const int MostChecks = 16;
    private const int MostPairs = 64;
    private const double LongestLease = 2_592_000;

    private static readonly SearchValues<char> s_nameChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly SearchValues<char> s_keyChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Reads the members; what is wrong is among the errors of the fields.</summary>
    public static Registration Read(JsonFields fields)
    {
        string service = fields.Text("service", "", 128);
        RefuseUnlessName(fields, "service", service, 128);
        string id = fields.Text("id", service, 256);
        if (id.Length == 0 ? fields.Has("id") : Encoding.UTF8.GetByteCount(id) > 256 || id.Any(char.IsControl) || id is "." or "..")
        {
            fields.Refuse("id", "must be 1 to 256 bytes without control characters, and not \".\" or \"..\"");
        }

        string node = fields.Text("node", "", 128);
        if (fields.Has("node"))
        {
            RefuseUnlessName(fields, "node", node, 128);
        }

        string address = fields.Text("address", "", 255);
        if (address.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            fields.Refuse("address", "must be an IP address or a host name");
        }

        var instance = new InstanceDefinition
        {
            Service = service,
            Id = id,
            Address = address,
            Port = fields.Number("port", 0, 0, 65535),
            Ports = ReadPorts(fields),
            Tags = fields.Texts("tags", 64, 255),
            Metadata = ReadMetadata(fields),
            Weights = ReadWeights(fields),
            Locality = new Locality(fields.Text("region", "", 128), fields.Text("zone", "", 128)),
            Lease = fields.Seconds("leaseSeconds", TimeSpan.Zero, 0.1, LongestLease, zeroIsNone: true),
            Epoch = fields.Long("epoch", 0, 0, InstanceDefinition.MaxEpoch),
            IsStarting = ReadIsStarting(fields),
        };

        var checks = new List<CheckDefinition>();
        List<JsonElement> items = fields.Items("checks", MostChecks, "a list of checks");
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Object)
            {
                fields.Refuse($"checks[{i}]", "must be an object");
                continue;
            }

            CheckDefinition check = CheckReader.Read(fields.Item($"checks[{i}].", items[i]), instance, i);
            if (checks.Exists(other => other.Id == check.Id))
            {
                fields.Refuse($"checks[{i}].id", "must differ from the ids of the other checks");
            }

            checks.Add(check);
        }

        fields.RefuseOthers();
        return new Registration(node.Length > 0 ? node : null, instance, checks);
    }

    private static void RefuseUnlessName(JsonFields fields, string member, string name, int longest)
    {
        if (name.Length == 0 || name.Length > longest || name.AsSpan().ContainsAnyExcept(s_nameChars) || name is "." or "..")
        {
            fields.Refuse(member, $"must be 1 to {longest} letters, digits, dashes, underscores and dots, and not \".\" or \"..\"");
        }
    }

    private static bool ReadIsStarting(JsonFields fields)
    {
        string state = fields.Text("state", "up", 16);
        if (state is not ("up" or "starting"))
        {
            fields.Refuse("state", "must be up or starting");
        }

        return state == "starting";
    }

    private static List<KeyValuePair<string, int>> ReadPorts(JsonFields fields)
    {
        var ports = new List<KeyValuePair<string, int>>();
        foreach ((string name, JsonElement value) in fields.Members("ports", MostPairs))
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int port) && port is > 0 and <= 65535 && IsKey(name))
            {
                ports.Add(new(name, port));
            }
            else
            {
                fields.Refuse("ports." + name, "must be a port from 1 to 65535 under a name of letters, digits, dashes and underscores");
            }
        }

        return ports;
    }

    private static List<KeyValuePair<string, string>> ReadMetadata(JsonFields fields)
    {
        var metadata = new List<KeyValuePair<string, string>>();
        foreach ((string key, JsonElement value) in fields.Members("metadata", MostPairs))
        {
            if (value.ValueKind == JsonValueKind.String && IsKey(key) && Encoding.UTF8.GetByteCount(value.GetString()!) <= 512)
            {
                metadata.Add(new(key, value.GetString()!));
            }
            else
            {
                fields.Refuse("metadata." + key, "must be a text of at most 512 bytes under a key of letters, digits, dashes and underscores");
            }
        }

        return metadata;
    }

    private static Weights ReadWeights(JsonFields fields)
    {
        if (fields.Object("weights") is not { } members)
        {
            return Weights.Default;
        }

        var weights = new Weights(members.Number("passing", 1, 1, 65535), members.Number("warning", 1, 0, 65535));
        members.RefuseOthers();
        return weights;
    }

    private static bool IsKey(string key) => key.Length is > 0 and <= 128 && !key.AsSpan().ContainsAnyExcept(s_keyChars);
}
