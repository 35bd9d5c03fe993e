using System.Text;
using System.Text.Json;

namespace Muster.Bench.Load;

/// <summary>Instances by way of the REST API: many registered at once, renewed, listed.</summary>
internal static class RestInstances
{
    private const int MostOfABatch = 1_000;

    /// <summary>The body of a registration. A lease of 0 is none.</summary>
    public static string Body(string id, string service, string address, int port, int leaseSeconds = 0) =>
        $$"""{"service":"{{service}}","id":"{{id}}","address":"{{address}}","port":{{port}}"""
        + (leaseSeconds > 0 ? $$""","leaseSeconds":{{leaseSeconds}}}""" : "}");

    public static void RegisterAll(int port, IEnumerable<string> bodies)
    {
        const string Path = "/api/v1/instances/batch";
        using var connection = HttpConnection.Open(port);
        foreach (var batch in bodies.Chunk(MostOfABatch))
        {
            connection.Send(HttpConnection.Request("POST", Path, Many(batch)));
            var answer = connection.Receive().EnsureOk(Path);
            if (answer.Body.IndexOf("\"problem\""u8) >= 0)
            {
                throw new BenchException($"{Path}: {Encoding.UTF8.GetString(answer.Body)[..400]}");
            }
        }
    }

    /// <summary>The request that renews these.</summary>
    public static byte[] RenewalOf(IEnumerable<string> ids) =>
        HttpConnection.Request("POST", "/api/v1/instances/renew", Many(ids.Select(id => $$"""{"id":"{{id}}"}""")));

    /// <summary>Renews; every instance must be known.</summary>
    public static void Renew(HttpConnection connection, ReadOnlySpan<byte> renewal)
    {
        connection.Send(renewal);
        var answer = connection.Receive().EnsureOk("renew");
        if (answer.Body.IndexOf("\"status\""u8) >= 0)
        {
            throw new BenchException($"some renewals failed: {Encoding.UTF8.GetString(answer.Body)}");
        }
    }

    /// <summary>The ports of all instances of these services as a server has them, by id.</summary>
    public static Dictionary<string, int> List(HttpConnection connection, IEnumerable<string> services)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            var path = $"/api/v1/instances?service={service}&detail=endpoint";
            using var list = JsonDocument.Parse(connection.Get(path).EnsureOk(path).Body.ToArray());
            foreach (var instance in list.RootElement.GetProperty("services")[0].GetProperty("instances").EnumerateArray())
            {
                found.Add(instance.GetProperty("id").GetString()!, instance.GetProperty("port").GetInt32());
            }
        }

        return found;
    }

    private static byte[] Many(IEnumerable<string> elements) =>
        Encoding.UTF8.GetBytes($$"""{"instances":[{{string.Join(',', elements)}}]}""");
}
