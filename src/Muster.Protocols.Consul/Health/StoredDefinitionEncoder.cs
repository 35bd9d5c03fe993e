using Muster.Model;
using Muster.Protocols.Consul.Json;
using Muster.Wire;

namespace Muster.Protocols.Consul.Health;

/// <summary>
/// Writes what an external system said about a check that it runs, for the monitors that read it back to know what to
/// probe; the checks that an agent registered show nothing there. Consul's order, and only what is set.
/// </summary>
internal static class StoredDefinitionEncoder
{
    public static void Write(GoJsonWriter json, CheckDefinition definition)
    {
        json.BeginObject();
        if (definition.Kind == CheckKind.External)
        {
            WriteDuration(json, "Interval"u8, definition.Interval);
            WriteDuration(json, "Timeout"u8, definition.Timeout);
            WriteDuration(json, "DeregisterCriticalServiceAfter"u8, definition.DeregisterAfter);
            WriteText(json, "HTTP"u8, definition.Http?.Url);
            WriteText(json, "TLSServerName"u8, definition.Http?.TlsServerName ?? definition.Target?.Tls?.ServerName);
            WriteTrue(json, "TLSSkipVerify"u8, definition.Http?.TlsSkipVerify ?? definition.Target?.Tls?.SkipVerify ?? false);
            WriteHeaders(json, definition.Http?.Headers ?? []);
            WriteText(json, "Method"u8, definition.Http?.Method);
            WriteText(json, "Body"u8, definition.Http?.Body);
            WriteText(json, "TCP"u8, definition.Target?.Address);
            WriteTrue(json, "TCPUseTLS"u8, definition.Target?.Tls is not null);
        }

        json.EndObject();
    }

    private static void WriteDuration(GoJsonWriter json, ReadOnlySpan<byte> name, TimeSpan duration)
    {
        if (duration != TimeSpan.Zero)
        {
            json.Name(name);
            json.Text(GoDuration.Format(duration));
        }
    }

    private static void WriteText(GoJsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.Name(name);
            json.Text(text);
        }
    }

    private static void WriteTrue(GoJsonWriter json, ReadOnlySpan<byte> name, bool flag)
    {
        if (flag)
        {
            json.Name(name);
            json.Bool(true);
        }
    }

    private static void WriteHeaders(GoJsonWriter json, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> headers)
    {
        if (headers.Count == 0)
        {
            return;
        }

        json.Name("Header"u8);
        json.BeginObject();
        foreach ((string name, IReadOnlyList<string> values) in headers)
        {
            json.Key(name);
            json.BeginArray();
            foreach (string value in values)
            {
                json.Text(value);
            }

            json.EndArray();
        }

        json.EndObject();
    }
}
