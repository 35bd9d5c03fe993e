using System.Text.Json;
using Muster.FailureTests.Cluster.Harness;

namespace Muster.FailureTests.Cluster.Readers;

/// <summary>Follows a service with the watch stream of the REST API.</summary>
internal sealed class WatchReader(ServerProcess server, string service) : Reader("REST, watch", server)
{
    private readonly Dictionary<string, string> _addresses = [];
    private string? _cursor;

    protected override async Task ReadAsync(CancellationToken end)
    {
        string cursor = _cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(_cursor);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/watch/{service}?health=usable&detail=endpoint{cursor}");
        using HttpResponseMessage answer = await Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        answer.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(end));
        while (await lines.ReadLineAsync(end) is { } line)
        {
            Take(line);
        }

        Sightings.Failed(); // a stream has no end of its own
    }

    private void Take(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        switch (root.GetProperty("type").GetString())
        {
            case "snapshot":
                _addresses.Clear();
                foreach (JsonElement instance in root.GetProperty("instances").EnumerateArray())
                {
                    _addresses[KeyOf(instance)] = instance.GetProperty("address").GetString()!;
                }

                break;
            case "changed":
                JsonElement changed = root.GetProperty("instance");
                _addresses[KeyOf(changed)] = changed.GetProperty("address").GetString()!;
                break;
            case "removed":
                _addresses.Remove(KeyOf(root));
                break;
            default:
                break;
        }

        if (root.TryGetProperty("cursor", out JsonElement cursor))
        {
            _cursor = cursor.GetString();
            Sightings.Saw([.. _addresses.Values]);
        }
    }

    private static string KeyOf(JsonElement instance) => instance.GetProperty("node").GetString() + "/" + instance.GetProperty("id").GetString();
}
