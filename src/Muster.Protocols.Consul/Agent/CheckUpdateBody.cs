using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>The body of <c>agent/check/update</c>.</summary>
internal sealed class CheckUpdateBody
{
    private static readonly ObjectFields<CheckUpdateBody> Fields = new(
        "agent.checkUpdate",
        ("Status", static (ref json, body) => json.Read(ref body.Status, "checkUpdate.Status")),
        ("Output", static (ref json, body) => json.Read(ref body.Output, "checkUpdate.Output")));

    public string Status = "";
    public string Output = "";

    /// <summary>Decodes it; the result is what is wrong, null when nothing is.</summary>
    public static string? Read(ReadOnlySpan<byte> json, out CheckUpdateBody body)
    {
        body = new CheckUpdateBody();
        var reader = new GoJsonReader(json);
        Fields.Read(ref reader, body);
        return reader.Error is { } error ? "Request decode failed: " + error : null;
    }
}
