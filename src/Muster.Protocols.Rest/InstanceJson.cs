using System.Text.Json;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Writes instances, budgets and events the way the API shows them.</summary>
internal static class InstanceJson
{
    /// <summary>Writes an instance; for endpoints only, without its checks and reasons.</summary>
    public static void Write(Utf8JsonWriter json, Instance instance, bool endpointOnly = false)
    {
        InstanceData data = instance.Data;
        InstanceDefinition definition = data.Unpack();
        json.WriteStartObject();
        json.WriteString("service", data.Service);
        json.WriteString("id", data.Id);
        json.WriteString("node", instance.Node.Name);
        json.WriteString("address", definition.Address.Length > 0 ? definition.Address : instance.Node.Definition.Address);
        json.WriteNumber("port", data.Port);
        json.WriteStartObject("ports");
        foreach ((string name, int port) in definition.Ports)
        {
            json.WriteNumber(name, port);
        }

        json.WriteEndObject();
        json.WriteStartArray("tags");
        foreach (string tag in definition.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in definition.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("weights");
        json.WriteNumber("passing", data.PassingWeight);
        json.WriteNumber("warning", data.WarningWeight);
        json.WriteEndObject();
        json.WriteString("region", definition.Locality.Region);
        json.WriteString("zone", definition.Locality.Zone);
        json.WriteNumber("leaseSeconds", data.LeaseMilliseconds / 1000.0);
        json.WriteNumber("epoch", data.Epoch);
        json.WriteString("state", instance.State.ToText());
        json.WriteString("registeredAt", instance.RegisteredAt.UtcDateTime);
        json.WriteNumber("version", instance.Version.Clock);
        WriteHealth(json, instance, endpointOnly);
        json.WriteNumber("createIndex", instance.CreateIndex);
        json.WriteNumber("modifyIndex", instance.ModifyIndex);
        json.WriteEndObject();
    }

    /// <summary>Writes total and terms into an object that is open.</summary>
    public static void WriteBudget(Utf8JsonWriter json, StalenessBudget budget)
    {
        if (budget.TotalSeconds is { } total)
        {
            json.WriteNumber("totalSeconds", Math.Round(total, 3));
        }
        else
        {
            json.WriteNull("totalSeconds");
        }

        json.WriteStartArray("terms");
        foreach (StalenessTerm term in budget.Terms)
        {
            WriteTerm(json, term.Name, term.Seconds, term.Meaning);
        }

        if (budget.TotalSeconds is null && budget.Terms.Count == 0)
        {
            WriteTerm(json, "unwatched", null, "no lease and no check: only a deregistration removes the instance");
        }

        json.WriteEndArray();
        if (budget.OwnerLoss is { } loss)
        {
            json.WriteStartObject("ownerLoss");
            WriteBudget(json, loss);
            json.WriteEndObject();
        }
    }

    public static void WriteEvents(Utf8JsonWriter json, IEnumerable<TimelineEvent> events)
    {
        json.WriteStartArray("events");
        foreach (TimelineEvent entry in events)
        {
            json.WriteStartObject();
            json.WriteString("at", entry.Time.UtcDateTime);
            json.WriteString("kind", KindOf(entry.Kind));
            json.WriteString("id", entry.InstanceId);
            json.WriteString("node", entry.NodeName);
            json.WriteNumber("index", entry.Index);
            json.WriteString("cause", entry.Cause);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHealth(Utf8JsonWriter json, Instance instance, bool endpointOnly)
    {
        HealthStatus status = instance.Status;
        json.WriteString("health", status.ToText());
        json.WriteBoolean("usable", status != HealthStatus.Critical);
        if (endpointOnly)
        {
            return;
        }

        json.WriteStartArray("reasons");
        foreach (string reason in HealthReasons.Of(instance))
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("checks");
        foreach (Check check in instance.Checks)
        {
            WriteCheck(json, instance.CheckIdOf(check), instance.CheckNameOf(check), check, ofNode: false, instance.IsStale(check));
        }

        foreach (Check check in instance.Node.Checks)
        {
            WriteCheck(json, check.Definition.Id ?? "", check.Definition.Name, check, ofNode: true, isStale: false);
        }

        json.WriteEndArray();
    }

    private static void WriteCheck(Utf8JsonWriter json, string id, string name, Check check, bool ofNode, bool isStale)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteString("kind", check.Definition.Kind.ToText());
        json.WriteString("health", check.Status.ToText());
        json.WriteString("output", check.Output);
        if (ofNode)
        {
            json.WriteBoolean("node", true);
        }

        if (isStale)
        {
            json.WriteBoolean("stale", true);
        }

        json.WriteEndObject();
    }

    private static void WriteTerm(Utf8JsonWriter json, string name, double? seconds, string meaning)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        if (seconds is { } value)
        {
            json.WriteNumber("seconds", Math.Round(value, 3));
        }
        else
        {
            json.WriteNull("seconds");
        }

        json.WriteString("meaning", meaning);
        json.WriteEndObject();
    }

    private static string KindOf(TimelineKind kind) => kind switch
    {
        TimelineKind.Registered => "registered",
        TimelineKind.Changed => "changed",
        TimelineKind.Health => "health",
        TimelineKind.Deregistered => "deregistered",
        _ => "expired",
    };
}
