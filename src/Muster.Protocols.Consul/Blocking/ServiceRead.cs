using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>A read of one service: its index is the service's own, whatever happens to others.</summary>
/// <param name="catalog">Where to read.</param>
/// <param name="blocking">How to wait.</param>
/// <param name="filters">What <c>?filter</c> may name, null when there is nothing to filter.</param>
/// <param name="inMesh">Read who takes the service's mesh traffic instead: its proxies and its mesh-native instances.</param>
internal abstract class ServiceRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache? filters, bool inMesh = false)
    : QueryEndpoint(blocking, filters)
{
    private static readonly byte[] EmptyList = "[]"u8.ToArray();

    protected override string? MissingArgument => "Missing service name";

    public override long IndexOf(ReadOnlySpan<char> argument) => View(argument).Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) =>
        inMesh ? catalog.MeshPointOf(argument) : catalog.ServicePoint(argument);

    public override Task AnswerAsync(ConsulRequest request)
    {
        ServiceView view = View(request.Argument);
        return view.Snapshot is null ? AnswerNothingAsync(request, view.Index) : AnswerAsync(request, view.Snapshot);
    }

    private ServiceView View(ReadOnlySpan<char> service) => inMesh ? catalog.ViewMesh(service) : catalog.ViewService(service);

    /// <summary>Answers for a service that has instances.</summary>
    protected abstract Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot);

    /// <summary>Answers with an empty list.</summary>
    protected static Task AnswerNothingAsync(in ConsulRequest request, long index)
    {
        QueryHeaders.Set(request, index);
        return ConsulResponse.JsonAsync(request, EmptyList);
    }
}
