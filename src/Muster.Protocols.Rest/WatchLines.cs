using System.Text.Json;
using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>Writes the lines of one watch: remembers what the reader knows and writes the difference.</summary>
internal sealed class WatchLines(Catalog.Catalog catalog, RestCall call, ServiceFilter filter)
{
    private static readonly byte[] s_lineEnd = "\n"u8.ToArray();

    private Dictionary<(string Node, string Id), Instance> _known = [];

    /// <summary>Starts with everything, unless the reader has it already.</summary>
    public async Task StartAsync(ServiceView view, bool isKnown)
    {
        List<Instance> instances = filter.Select(view.Snapshot);
        _known = ByKey(instances);
        if (!isKnown)
        {
            await WriteAsync("snapshot", view.Index, json => InstanceJson.WriteAll(json, instances));
        }

        await call.Context.Response.Body.FlushAsync(call.Gone);
    }

    /// <summary>Writes what came, changed and left since the last line.</summary>
    public async Task GoOnAsync(ServiceView view, string service)
    {
        Dictionary<(string Node, string Id), Instance> before = _known;
        _known = ByKey(filter.Select(view.Snapshot));
        foreach ((var key, Instance instance) in _known)
        {
            if (!before.TryGetValue(key, out Instance? old) || !ReferenceEquals(old, instance))
            {
                await WriteAsync("changed", view.Index, json =>
                {
                    json.WritePropertyName("instance");
                    InstanceJson.Write(json, instance);
                });
            }
        }

        foreach ((string node, string id) in before.Keys)
        {
            if (!_known.ContainsKey((node, id)))
            {
                await WriteAsync("removed", view.Index, json =>
                {
                    json.WriteString("id", id);
                    json.WriteString("node", node);
                    json.WriteString("cause", WhyRemoved(view.Snapshot, service, node, id));
                });
            }
        }

        await call.Context.Response.Body.FlushAsync(call.Gone);
    }

    /// <summary>Says that nothing happened.</summary>
    public async Task IdleAsync(long index)
    {
        await WriteAsync("idle", index, _ => { });
        await call.Context.Response.Body.FlushAsync(call.Gone);
    }

    private static Dictionary<(string Node, string Id), Instance> ByKey(List<Instance> instances) =>
        instances.ToDictionary(instance => (instance.Node.Name, instance.Data.IdText));

    private string WhyRemoved(ServiceSnapshot? snapshot, string service, string node, string id)
    {
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            if (instance.Node.Name == node && instance.Data.IdText == id)
            {
                return "no longer selected: " + string.Join("; ", HealthReasons.Of(instance));
            }
        }

        return catalog.TimelineOf(service)
            .LastOrDefault(entry => entry.InstanceId == id && entry.Kind is TimelineKind.Deregistered or TimelineKind.Expired)
            .Cause ?? "no longer registered";
    }

    private async Task WriteAsync(string type, long index, Action<Utf8JsonWriter> write)
    {
        ReadOnlyMemory<byte> line = RestCall.Encode(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("index", index);
            write(json);
            json.WriteEndObject();
        });
        await call.Context.Response.Body.WriteAsync(line, call.Gone);
        await call.Context.Response.Body.WriteAsync(s_lineEnd, call.Gone);
    }
}
