using System.Text.Json;

namespace Muster.Client.DiskSnapshots;

/// <summary>Writes an instance as the REST API does, as far as a client reads it.</summary>
internal static class SavedInstance
{
    public static void Write(Utf8JsonWriter json, ServiceInstance instance)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, instance.Id);
        json.WriteString("node"u8, instance.Node);
        json.WriteString("address"u8, instance.Address);
        json.WriteNumber("port"u8, instance.Port);
        WritePorts(json, instance);
        WriteTags(json, instance);
        WriteMetadata(json, instance);
        json.WriteStartObject("weights"u8);
        json.WriteNumber("passing"u8, instance.Weight);
        json.WriteNumber("warning"u8, instance.Weight);
        json.WriteEndObject();
        json.WriteString("region"u8, instance.Region);
        json.WriteString("zone"u8, instance.Zone);
        json.WriteString("health"u8, instance.Health switch
        {
            InstanceHealth.Passing => "passing",
            InstanceHealth.Warning => "warning",
            _ => "critical",
        });
        json.WriteString("state"u8, instance.State switch
        {
            InstanceState.Up => "up",
            InstanceState.Starting => "starting",
            InstanceState.Draining => "draining",
            _ => "out_of_service",
        });
        json.WriteNumber("epoch"u8, instance.Epoch);
        if (instance.RegisteredAt is { } registeredAt)
        {
            json.WriteString("registeredAt"u8, registeredAt);
        }

        json.WriteEndObject();
    }

    private static void WritePorts(Utf8JsonWriter json, ServiceInstance instance)
    {
        json.WriteStartObject("ports"u8);
        foreach ((string name, int port) in instance.Ports)
        {
            json.WriteNumber(name, port);
        }

        json.WriteEndObject();
    }

    private static void WriteTags(Utf8JsonWriter json, ServiceInstance instance)
    {
        json.WriteStartArray("tags"u8);
        foreach (string tag in instance.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, ServiceInstance instance)
    {
        json.WriteStartObject("metadata"u8);
        foreach ((string key, string value) in instance.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
