using System.Globalization;
using System.Text.Json;
using Muster.FailureTests.Cluster.Harness;

namespace Muster.FailureTests.Cluster.Readers;

/// <summary>Follows a service with Consul's blocking queries.</summary>
internal sealed class ConsulReader(ServerProcess server, string service) : Reader("Consul, blocking", server)
{
    private ulong _index;

    protected override async Task ReadAsync(CancellationToken end)
    {
        var path = new Uri($"/v1/health/service/{service}?passing&wait=1s&index={_index}", UriKind.Relative);
        using HttpResponseMessage answer = await Server.Http.GetAsync(path, end);
        answer.EnsureSuccessStatusCode();
        ulong index = ulong.Parse(answer.Headers.GetValues("X-Consul-Index").Single(), CultureInfo.InvariantCulture);
        using JsonDocument list = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(end));
        Sightings.Saw([.. list.RootElement.EnumerateArray().Select(entry => entry.GetProperty("Service").GetProperty("Address").GetString()!)]);
        _index = index < _index ? 0 : index; // what Consul asks of its clients
    }
}
