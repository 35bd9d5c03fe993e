using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Client.Streaming;

namespace Muster.Client.DiskSnapshots;

/// <summary>
/// The file's form: a header line with a mark, the version, the length and the SHA-256 of what follows; then one JSON line
/// for each service, with instances as the REST API writes them. A file that differs in one bit is no snapshot.
/// </summary>
internal static class SnapshotFormat
{
    private const string Mark = "muster-client-snapshot 1 ";
    private const int MostInstances = 1_000_000;

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(IEnumerable<SavedList> lists)
    {
        var payload = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(payload))
        {
            foreach (SavedList list in lists)
            {
                json.Reset();
                Write(json, list);
                json.Flush();
                payload.Write("\n"u8);
            }
        }

        return [.. Header(payload.WrittenSpan), .. payload.WrittenSpan];
    }

    /// <summary>Reads a file; null when it is not a whole, unharmed snapshot of this version.</summary>
    public static List<SavedList>? Read(ReadOnlySpan<byte> file)
    {
        int headerLength = file.IndexOf((byte)'\n') + 1;
        return file[..headerLength].SequenceEqual(Header(file[headerLength..])) ? ReadLines(file[headerLength..]) : null;
    }

    private static byte[] Header(ReadOnlySpan<byte> payload) =>
        Encoding.ASCII.GetBytes($"{Mark}{payload.Length} {Convert.ToHexStringLower(SHA256.HashData(payload))}\n");

    private static List<SavedList>? ReadLines(ReadOnlySpan<byte> payload)
    {
        var lists = new List<SavedList>();
        while (!payload.IsEmpty)
        {
            int end = payload.IndexOf((byte)'\n');
            if (end < 0 || ReadLine(payload[..end]) is not { } list)
            {
                return null;
            }

            lists.Add(list);
            payload = payload[(end + 1)..];
        }

        return lists;
    }

    private static SavedList? ReadLine(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            string? service = null;
            DateTimeOffset? confirmedAt = null;
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string member = json.GetString()!;
                json.Read();
                switch (member)
                {
                    case "service":
                        service = json.GetString();
                        break;
                    case "confirmedAt":
                        confirmedAt = json.GetDateTimeOffset();
                        break;
                    case "instances" when service is not null && confirmedAt is not null:
                        List<ServiceInstance>? instances = ListMembers.ReadInstances(ref json, service, MostInstances, out _);
                        return instances is null ? null : new SavedList(service, confirmedAt.Value, instances);
                    default:
                        json.Skip();
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // the hash was right, so another program wrote this: it is no snapshot of ours
        }

        return null;
    }

    private static void Write(Utf8JsonWriter json, SavedList list)
    {
        json.WriteStartObject();
        json.WriteString("service"u8, list.Service);
        json.WriteString("confirmedAt"u8, list.ConfirmedAt);
        json.WriteStartArray("instances"u8);
        foreach (ServiceInstance instance in list.Instances)
        {
            SavedInstance.Write(json, instance);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
