using System.Collections.Concurrent;
using System.Text.Json;

namespace Muster.FunctionalTests.Staleness;

/// <summary>One watch stream over many services, read line by line: which instances it says are gone or critical.</summary>
internal sealed class WatchedServices : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private WatchedServices(Stream stream) => _reading = ReadAsync(stream);

    public static async Task<WatchedServices> StartAsync(HttpClient client, IEnumerable<string> services)
    {
        string query = string.Join('&', services.Select(service => $"service={service}"));
        return new WatchedServices(await client.GetStreamAsync(new Uri($"/api/v1/watch?{query}", UriKind.Relative)));
    }

    public bool Has(string id) => !_gone.GetValueOrDefault(id, true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        try
        {
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                using JsonDocument json = JsonDocument.Parse(line);
                Apply(json.RootElement);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopped
        }
    }

    private void Apply(JsonElement line)
    {
        switch (line.GetProperty("type").GetString())
        {
            case "snapshot":
                foreach (JsonElement instance in line.GetProperty("instances").EnumerateArray())
                {
                    Apply(instance, gone: !instance.GetProperty("usable").GetBoolean());
                }

                break;
            case "changed":
                JsonElement changed = line.GetProperty("instance");
                Apply(changed, gone: !changed.GetProperty("usable").GetBoolean());
                break;
            case "removed":
                Apply(line, gone: true);
                break;
        }
    }

    private void Apply(JsonElement withId, bool gone) => _gone[withId.GetProperty("id").GetString()!] = gone;
}
