using Muster.Catalog;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>
/// <c>GET /v1/catalog/node/:node</c>, where services are an object by id, and <c>GET /v1/catalog/node-services/:node</c>,
/// where they are an array.
/// </summary>
internal sealed class NodeServicesRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache filters, bool asList)
    : NodeRead(catalog, blocking, filters)
{
    private readonly LiveCatalog _catalog = catalog;

    public override Task AnswerAsync(ConsulRequest request)
    {
        QueryHeaders.Set(request, IndexOf(request.Argument));
        GoJsonWriter json = GoJsonWriter.Rent();
        if (Find(request.Argument) is { } node)
        {
            Write(json, node, request.Filter);
        }
        else
        {
            json.Raw(asList ? "{\"Node\":null,\"Services\":null}"u8 : "null"u8);
        }

        return ConsulResponse.JsonAsync(request, json);
    }

    private void Write(GoJsonWriter json, Node node, Condition? filter)
    {
        json.BeginObject();
        json.Name("Node"u8);
        NodeEncoder.Write(json, node);
        json.Name("Services"u8);
        if (asList)
        {
            json.BeginArray();
        }
        else
        {
            json.BeginObject();
        }

        foreach (Instance instance in _catalog.InstancesOn(node))
        {
            if (filter?.Accepts(new FilterRow(instance)) == false)
            {
                continue;
            }

            if (!asList)
            {
                json.Key(instance.Data.Id);
            }

            NodeServiceEncoder.Write(json, instance);
        }

        if (asList)
        {
            json.EndArray();
        }
        else
        {
            json.EndObject();
        }

        json.EndObject();
    }
}
