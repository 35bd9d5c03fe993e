using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Coordinates;

/// <summary>The paths under <c>/v1/coordinate</c>.</summary>
internal sealed class CoordinateRoutes(LiveCatalog catalog, CoordinateTable table, TokenWarning tokens)
{
    private static readonly DefinitionProblem NoPath = new(Refusals.NoPathToDatacenter, StatusCodes.Status500InternalServerError);

    public static void Map(RouteTable routes, LiveCatalog catalog, CoordinateTable table, BlockingQueries blocking, TokenWarning tokens)
    {
        var coordinates = new CoordinateRoutes(catalog, table, tokens);
        routes.Map("/v1/coordinate/datacenters", HttpVerbs.Get, coordinates.DatacentersAsync);
        routes.Map("/v1/coordinate/nodes", HttpVerbs.Get, new CoordinateNodesRead(catalog, table, blocking).HandleAsync);
        routes.Map("/v1/coordinate/node/", HttpVerbs.Get, new CoordinateNodeRead(catalog, table, blocking).HandleAsync);
        routes.Map("/v1/coordinate/update", HttpVerbs.Put, coordinates.UpdateAsync);
    }

    /// <summary><c>GET /v1/coordinate/datacenters</c>: the servers of each datacenter.</summary>
    private Task DatacentersAsync(ConsulRequest request)
    {
        GoJsonWriter json = GoJsonWriter.Rent();
        json.BeginArray();
        json.BeginObject();
        json.Name("Datacenter"u8);
        json.Text(catalog.Options.Datacenter);
        json.Name("AreaID"u8);
        json.Text("wan");
        json.Name("Coordinates"u8);
        json.BeginArray();
        CoordinateEncoder.WriteEntry(json, catalog.Options.NodeName, Coordinate.Unmeasured);
        json.EndArray();
        json.EndObject();
        json.EndArray();
        return ConsulResponse.JsonAsync(request, json);
    }

    /// <summary><c>PUT /v1/coordinate/update</c>: in effect at once.</summary>
    private async Task UpdateAsync(ConsulRequest request)
    {
        using RequestBody body = await RequestBody.ReadAsync(request.Context, WriteResponse.LargestBody);
        if (body.Result != RequestBodyResult.Complete)
        {
            await WriteResponse.RefuseBodyAsync(request, body.Result);
            return;
        }

        DefinitionProblem? problem = request.Query.ForeignDatacenter ? NoPath : Update(body.Bytes);
        await (problem is null ? ConsulResponse.EmptyAsync(request.Context) : WriteResponse.RefuseAsync(request, problem));
    }

    private DefinitionProblem? Update(ReadOnlySpan<byte> json)
    {
        var reader = new GoJsonReader(json);
        CoordinateBody? update = CoordinateBody.Read(ref reader);
        if (update is null)
        {
            return new DefinitionProblem("Request decode failed: " + reader.Error);
        }

        if (update.Token.Length > 0)
        {
            tokens.Give();
        }

        DefinitionProblem? problem = NamespaceRules.Check(update.Namespace, update.Partition) ?? Check(update);
        if (problem is null)
        {
            table.Report(update.Node, new Coordinate(update.Segment, [.. update.Vector], update.Error, update.Adjustment, update.Height));
        }

        return problem;
    }

    private DefinitionProblem? Check(CoordinateBody update) =>
        CatalogTranslator.IsForeign(update.Datacenter, catalog.Options.Datacenter) ? NoPath
        : update.Node.Length == 0 ? new DefinitionProblem("Must provide node", StatusCodes.Status500InternalServerError)
        : !update.HasPlace || update.Vector.Count != Coordinate.Dimensions ? new DefinitionProblem("incompatible coordinate", StatusCodes.Status500InternalServerError)
        : null;
}
