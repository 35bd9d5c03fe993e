using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.FailureTests.Cluster.Harness;

/// <summary>Writes through the REST API of one server.</summary>
internal static class Writes
{
    private const int MostOfABatch = 1000;
    private static readonly TimeSpan s_patienceOfAHeartbeat = TimeSpan.FromSeconds(2);

    /// <summary>Registers; true when it was acknowledged. Throws when there was no answer.</summary>
    public static async Task<bool> RegisterAsync(this ServerProcess server, Instance instance)
    {
        using HttpResponseMessage answer = await server.PostAsync(instance);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Registers; the answer.</summary>
    public static Task<HttpResponseMessage> PostAsync(this ServerProcess server, Instance instance) =>
        server.Http.PostAsJsonAsync(new Uri("/api/v1/instances", UriKind.Relative), instance.ToJson());

    /// <summary>Registers many.</summary>
    public static async Task RegisterManyAsync(this ServerProcess server, IEnumerable<Instance> instances)
    {
        foreach (Instance[] batch in instances.Chunk(MostOfABatch))
        {
            var body = new JsonObject { ["instances"] = new JsonArray([.. batch.Select(instance => (JsonNode)instance.ToJson())]) };
            using HttpResponseMessage answer = await server.Http.PostAsJsonAsync(new Uri("/api/v1/instances/batch", UriKind.Relative), body);
            using JsonDocument results = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.All(results.RootElement.GetProperty("results").EnumerateArray(), result => Assert.InRange(result.GetProperty("status").GetInt32(), 200, 201));
        }
    }

    /// <summary>Deregisters; true when it was acknowledged.</summary>
    public static async Task<bool> DeregisterAsync(this ServerProcess server, string id)
    {
        using HttpResponseMessage answer = await server.Http.DeleteAsync(new Uri($"/api/v1/instances/{id}", UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NoContent;
    }

    /// <summary>Renews leases, at most 5,000 at once; the ids that the server does not know.</summary>
    public static async Task<IReadOnlyList<string>> RenewAsync(this ServerProcess server, IEnumerable<string> ids)
    {
        var body = new JsonObject { ["instances"] = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["id"] = id })]) };
        using var patience = new CancellationTokenSource(s_patienceOfAHeartbeat);
        using HttpResponseMessage answer = await server.Http.PostAsJsonAsync(new Uri("/api/v1/instances/renew", UriKind.Relative), body, patience.Token);
        answer.EnsureSuccessStatusCode();
        using JsonDocument result = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. result.RootElement.GetProperty("failed").EnumerateArray().Select(failed => failed.GetProperty("id").GetString()!)];
    }
}
