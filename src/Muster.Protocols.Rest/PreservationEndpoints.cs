using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>Self-preservation: what is held and why, and how an operator ends it.</summary>
internal sealed class PreservationEndpoints(Catalog.Catalog catalog)
{
    private const int MostInstances = 1000;

    public Task ShowAsync(RestCall call) => call.WriteReadAsync(Write);

    public Task EndAsync(RestCall call)
    {
        int ended = catalog.Preservation.End(call.Parameter("scope"), "ended by an operator");
        return call.WriteJsonAsync(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("servedBy", catalog.Options.NodeName);
            json.WriteNumber("ended", ended);
            json.WriteEndObject();
        });
    }

    private void Write(Utf8JsonWriter json)
    {
        PreservationView view = catalog.Preservation.View;
        json.WriteStartObject();
        json.WriteString("servedBy", catalog.Options.NodeName);
        WriteOptions(json, catalog.Preservation.Options);
        json.WriteBoolean("holding", view.IsHolding);
        json.WriteStartArray("holds");
        foreach (PreservationHold hold in view.Holds)
        {
            WriteHold(json, hold);
        }

        json.WriteEndArray();
        json.WriteStartArray("scopes");
        foreach (PreservationScope scope in view.Scopes)
        {
            json.WriteStartObject();
            json.WriteString("scope", scope.Scope);
            json.WriteString("signal", scope.Signal.ToText());
            json.WriteNumber("expected", scope.Expected);
            json.WriteNumber("missed", scope.Missed);
            json.WriteNumber("missedPercent", scope.MissedPercent);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteInstances(json, catalog.Preservation.ListHeld(MostInstances));
        json.WriteStartArray("events");
        foreach (PreservationEvent each in view.Events)
        {
            json.WriteStartObject();
            json.WriteString("at", each.Time.UtcDateTime);
            json.WriteString("kind", each.Began ? "began" : "ended");
            json.WriteString("scope", each.Scope);
            json.WriteString("signal", each.Signal.ToText());
            json.WriteString("cause", each.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOptions(Utf8JsonWriter json, PreservationOptions options)
    {
        json.WriteBoolean("enabled", options.Enabled);
        json.WriteNumber("thresholdPercent", options.ThresholdPercent);
        json.WriteNumber("minExpected", options.MinExpected);
        json.WriteNumber("windowSeconds", options.Window.TotalSeconds);
        json.WriteNumber("maxHoldSeconds", options.MaxHold.TotalSeconds);
    }

    private static void WriteHold(Utf8JsonWriter json, PreservationHold hold)
    {
        json.WriteStartObject();
        json.WriteString("scope", hold.Scope);
        json.WriteString("signal", hold.Signal.ToText());
        json.WriteString("cause", hold.Cause);
        json.WriteString("since", hold.Since.UtcDateTime);
        json.WriteNumber("expected", hold.Expected);
        json.WriteNumber("missed", hold.Missed);
        json.WriteNumber("held", hold.Held);
        json.WriteString("until", hold.Until);
        if (hold.EndsAt is { } end)
        {
            json.WriteString("endsAt", end.UtcDateTime);
        }

        json.WriteEndObject();
    }

    private static void WriteInstances(Utf8JsonWriter json, IReadOnlyList<HeldInstance> held)
    {
        json.WriteStartArray("instances");
        foreach (HeldInstance each in held)
        {
            json.WriteStartObject();
            json.WriteString("service", each.Instance.Data.Service);
            json.WriteString("id", each.Instance.Data.Id);
            json.WriteString("node", each.Instance.Node.Name);
            json.WriteString("reason", each.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
