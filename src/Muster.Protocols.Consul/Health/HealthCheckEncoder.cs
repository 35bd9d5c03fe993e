using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Json;
using Muster.Wire;

namespace Muster.Protocols.Consul.Health;

/// <summary>Writes check results as every endpoint shows them.</summary>
internal static class HealthCheckEncoder
{
    private const string Stale = " [stale: only the server this was registered on can make the check, and another has taken the instance over]";

    /// <summary>A check of a node itself.</summary>
    public static void Write(GoJsonWriter json, Node node, Check check) =>
        Write(json, node, check, check.CreateIndex, check.ModifyIndex);

    /// <summary>A check of a node itself with other indexes than its own: the agent's endpoints show zeros.</summary>
    public static void Write(GoJsonWriter json, Node node, Check check, long createIndex, long modifyIndex)
    {
        json.BeginObject();
        WriteStart(json, node);
        json.Text(check.Definition.Id ?? "");
        WriteRest(json, check.Definition.Name, null, check, check.Output, createIndex, modifyIndex);
    }

    /// <summary>A check of an instance.</summary>
    public static void Write(GoJsonWriter json, Instance instance, Check check) =>
        Write(json, instance, check, check.CreateIndex, check.ModifyIndex);

    /// <summary>A check with other indexes than its own: the agent's endpoints show zeros.</summary>
    public static void Write(GoJsonWriter json, Instance instance, Check check, long createIndex, long modifyIndex)
    {
        json.BeginObject();
        WriteStart(json, instance.Node);
        json.Text(instance.CheckIdOf(check));
        string output = instance.IsStale(check) ? check.Output + Stale : check.Output;
        WriteRest(json, instance.CheckNameOf(check), instance.Data, check, output, createIndex, modifyIndex);
    }

    /// <summary>The interval, where the server itself runs the check; else zero.</summary>
    internal static TimeSpan ShownInterval(CheckDefinition definition) => definition.Kind.IsProbe() ? definition.Interval : TimeSpan.Zero;

    /// <summary>The timeout, where the server itself runs the check; else zero.</summary>
    internal static TimeSpan ShownTimeout(CheckDefinition definition) => definition.Kind.IsProbe() ? definition.Timeout : TimeSpan.Zero;

    private static void WriteStart(GoJsonWriter json, Node node)
    {
        json.Name("Node"u8);
        json.Text(node.Name);
        json.Name("CheckID"u8);
    }

    private static void WriteRest(GoJsonWriter json, string name, InstanceData? data, Check check, string output, long createIndex, long modifyIndex)
    {
        CheckDefinition definition = check.Definition;
        json.Name("Name"u8);
        json.Text(name);
        json.Name("Status"u8);
        json.Text(check.Status.ToText());
        json.Name("Notes"u8);
        json.Text(definition.Notes);
        json.Name("Output"u8);
        json.Text(output);
        WriteService(json, data);
        json.Name("Type"u8);
        json.Raw(TypeOf(definition.Kind));
        json.Name("Interval"u8);
        WriteDuration(json, ShownInterval(definition));
        json.Name("Timeout"u8);
        WriteDuration(json, ShownTimeout(definition));
        json.Name("ExposedPort"u8);
        json.Number(0);
        json.Name("Definition"u8);
        StoredDefinitionEncoder.Write(json, definition);
        json.Name("CreateIndex"u8);
        json.Number(createIndex);
        json.Name("ModifyIndex"u8);
        json.Number(modifyIndex);
        json.EndObject();
    }

    private static void WriteService(GoJsonWriter json, InstanceData? data)
    {
        json.Name("ServiceID"u8);
        json.Text(data is { } named ? named.Id : default);
        json.Name("ServiceName"u8);
        json.Text(data?.Service ?? "");
        json.Name("ServiceTags"u8);
        if (data is null)
        {
            json.Raw("[]"u8);
        }
        else
        {
            InstanceEncoder.WriteTags(json, data.Value);
        }
    }

    private static void WriteDuration(GoJsonWriter json, TimeSpan duration) =>
        json.Text(duration == TimeSpan.Zero ? "" : GoDuration.Format(duration));

    /// <summary>The type as JSON, quotes included.</summary>
    internal static ReadOnlySpan<byte> TypeOf(CheckKind kind) => kind switch
    {
        CheckKind.Ttl => "\"ttl\""u8,
        CheckKind.Http => "\"http\""u8,
        CheckKind.Tcp => "\"tcp\""u8,
        CheckKind.Maintenance or CheckKind.Draining => "\"maintenance\""u8,
        CheckKind.Udp => "\"udp\""u8,
        CheckKind.Grpc => "\"grpc\""u8,
        CheckKind.H2Ping => "\"h2ping\""u8,
        CheckKind.Alias => "\"alias\""u8,
        CheckKind.Script => "\"script\""u8,
        _ => "\"\""u8,
    };
}
