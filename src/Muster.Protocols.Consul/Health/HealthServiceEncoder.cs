using Muster.Catalog;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary>Writes an instance as an entry of <c>health/service</c>: node, service, and the checks of both.</summary>
internal static class HealthServiceEncoder
{
    /// <summary>The whole entry.</summary>
    public static void Write(GoJsonWriter json, Instance instance)
    {
        json.BeginObject();
        json.Name("Node"u8);
        NodeEncoder.Write(json, instance.Node);
        json.Name("Service"u8);
        NodeServiceEncoder.Write(json, instance);
        json.Name("Checks"u8);
        json.BeginArray();
        foreach (Check check in instance.Node.Checks)
        {
            HealthCheckEncoder.Write(json, instance.Node, check);
        }

        foreach (Check check in instance.Checks)
        {
            HealthCheckEncoder.Write(json, instance, check);
        }

        json.EndArray();
        json.EndObject();
    }
}
