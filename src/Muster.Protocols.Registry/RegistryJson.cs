using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Registry;

/// <summary>Writes the answers of this dialect.</summary>
internal static class RegistryJson
{
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a document.</summary>
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
    }

    /// <summary>Answers with an error: what is wrong, and every member that breaks a rule.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, string error, IReadOnlyList<FieldError> fields) => WriteAsync(context, status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", error);
        json.WriteStartArray("errors");
        foreach (FieldError field in fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Field);
            json.WriteString("rule", field.Rule);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Writes an instance, whichever dialect it was registered in.</summary>
    public static void WriteInstance(Utf8JsonWriter json, Instance instance, DateTimeOffset lastHeartbeat)
    {
        InstanceData data = instance.Data;
        json.WriteStartObject();
        json.WriteString("instance_id", data.Id);
        json.WriteString("service_name", data.Service);
        if (data.Address.IsEmpty)
        {
            json.WriteString("host", instance.Node.Definition.Address);
        }
        else
        {
            json.WriteString("host", data.Address);
        }

        json.WriteNumber("port", data.Port);
        json.WriteStartObject("metadata");
        PackedTexts texts = data.Metadata;
        while (texts.MoveNext())
        {
            json.WritePropertyName(texts.Current);
            texts.MoveNext();
            json.WriteStringValue(texts.Current);
        }

        json.WriteEndObject();
        json.WriteNumber("ttl_seconds", data.LeaseMilliseconds / 1000.0);
        json.WriteString("status", StatusOf(instance));
        json.WriteString("last_heartbeat", lastHeartbeat.UtcDateTime);
        json.WriteString("registered_at", instance.RegisteredAt.UtcDateTime);
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> StatusOf(Instance instance) =>
        instance.State == InstanceState.Starting ? "starting"u8
        : instance.Status == HealthStatus.Critical ? "unhealthy"u8
        : "healthy"u8;
}
