using Muster.Catalog;
using Muster.Protocols.Consul.Answers;
using Muster.Protocols.Consul.Blocking;
using Muster.Protocols.Consul.Coordinates;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Health;

/// <summary><c>GET /v1/health/service/:name</c>, the read that everything is built for, and <c>/v1/health/connect/:name</c>.</summary>
internal sealed class HealthServiceRead(
    LiveCatalog catalog, ServiceAnswers answers, SelectedAnswers selected, BlockingQueries blocking, FilterCache filters,
    NearOrder near, bool inMesh)
    : ServiceRead(catalog, blocking, filters, inMesh)
{
    protected override bool HasCache => true;

    protected override bool ReadsPassing => true;

    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot)
    {
        QueryParameters query = request.Query;
        var filter = new InstanceFilter(query.Passing, query.Tags, query.NodeMetadata, request.Filter);
        if (near.CenterOf(request) is { } center)
        {
            return near.AnswerAsync(request, center, snapshot, answers.Health(snapshot), filter);
        }

        if (filter.IsPlain)
        {
            EncodedAnswer answer = query.Passing ? answers.Passing(snapshot) : answers.Health(snapshot);
            return SendAsync(request, snapshot, answer);
        }

        return selected.SendAsync(request, snapshot, MemoSlot.ConsulHealth, answers.Health(snapshot), filter);
    }

    private Task SendAsync(in ConsulRequest request, ServiceSnapshot snapshot, EncodedAnswer answer)
    {
        QueryHeaders.Set(request, answer.IndexText);
        return ConsulResponse.TakesCompressed(request, answer.Body.Length)
            ? ConsulResponse.GzippedJsonAsync(request.Context, answers.Compressed(snapshot, answer).Body)
            : ConsulResponse.JsonAsync(request, answer.Body);
    }
}
