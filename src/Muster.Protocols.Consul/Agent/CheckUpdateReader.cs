using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>Decodes the body of <c>agent/check/update</c>.</summary>
internal static class CheckUpdateReader
{
    private static readonly FieldNames Fields = new(("Status", 0), ("Output", 1));

    /// <summary>Reads it; the result is what is wrong, null when nothing is.</summary>
    public static string? Read(ReadOnlySpan<byte> json, out string status, out string output)
    {
        status = output = "";
        var reader = new GoJsonReader(json);
        if (reader.BeginObject("", "agent.checkUpdate"))
        {
            while (reader.NextField(out ReadOnlySpan<byte> name))
            {
                switch (Fields.Find(name))
                {
                    case 0:
                        reader.Read(ref status, "checkUpdate.Status");
                        break;
                    case 1:
                        reader.Read(ref output, "checkUpdate.Output");
                        break;
                    default:
                        reader.UnknownField(name);
                        break;
                }
            }
        }

        return reader.Error is { } error ? "Request decode failed: " + error : null;
    }
}
