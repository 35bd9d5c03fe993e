using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>An answer taken apart for asserting.</summary>
internal sealed record ConsulAnswer(int Status, long Index, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode? Json => JsonNode.Parse(Text);

    /// <summary>The ids of the services in an answer of <c>health/service</c>.</summary>
    public IEnumerable<string> HealthIds => Json!.AsArray().Select(static entry => (string)entry!["Service"]!["ID"]!);

    /// <summary>The check ids in a list of checks.</summary>
    public IEnumerable<string> CheckIds => Json!.AsArray().Select(static check => (string)check!["CheckID"]!);

    public static async Task<ConsulAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(static header => header.Key, static header => string.Join(',', header.Value));
        long index = headers.TryGetValue("X-Consul-Index", out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
        return new ConsulAnswer((int)response.StatusCode, index, await response.Content.ReadAsStringAsync(), headers);
    }
}
