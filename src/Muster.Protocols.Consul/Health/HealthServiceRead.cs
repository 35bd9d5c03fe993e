using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Health;

/// <summary><c>GET /v1/health/service/:name</c>, the read that everything is built for, and <c>/v1/health/connect/:name</c>.</summary>
internal sealed class HealthServiceRead(LiveCatalog catalog, ServiceAnswers answers, BlockingQueries blocking, FilterCache filters, bool inMesh)
    : ServiceRead(catalog, blocking, filters, inMesh)
{
    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot)
    {
        QueryParameters query = request.Query;
        var filter = new InstanceFilter(query.Passing, query.Tags, query.NodeMetadata, request.Filter);
        if (filter.IsPlain)
        {
            EncodedAnswer answer = query.Passing ? answers.Passing(snapshot) : answers.Health(snapshot);
            return SendAsync(request, snapshot, answer);
        }

        GoJsonWriter json = GoJsonWriter.Rent();
        EncodedList all = answers.Health(snapshot);
        ListEncoder.Select(all, snapshot, filter, json);
        QueryHeaders.Set(request, all.IndexText);
        return ConsulResponse.JsonAsync(request, json);
    }

    private Task SendAsync(in ConsulRequest request, ServiceSnapshot snapshot, EncodedAnswer answer)
    {
        QueryHeaders.Set(request, answer.IndexText);
        bool isCompressed = answer.Body.Length >= Compression.SmallestBody && !request.Query.Pretty
            && Compression.IsAccepted(request.Context.Request.Headers);
        return isCompressed
            ? ConsulResponse.GzippedJsonAsync(request.Context, answers.Compressed(snapshot, answer).Body)
            : ConsulResponse.JsonAsync(request, answer.Body);
    }
}
