using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>What is asked about gateways: none is configured for anything, and the answer moves with the service.</summary>
internal sealed class EmptyServiceRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache? filters)
    : ServiceRead(catalog, blocking, filters)
{
    protected override bool HasCache => true;

    protected override bool ReadsPassing => true;

    protected override Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot) =>
        AnswerNothingAsync(request, snapshot.Index);
}
