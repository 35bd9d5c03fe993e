using Muster.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>A read of one service: its index is the service's own, whatever happens to others.</summary>
internal abstract class ServiceRead(LiveCatalog catalog, BlockingQueries blocking, FilterCache? filters)
    : QueryEndpoint(blocking, filters)
{
    private static readonly byte[] EmptyList = "[]"u8.ToArray();

    protected override string? MissingArgument => "Missing service name";

    public override long IndexOf(ReadOnlySpan<char> argument) => catalog.ViewService(argument).Index;

    public override WatchPoint PointOf(ReadOnlySpan<char> argument) => catalog.ServicePoint(argument);

    public override Task AnswerAsync(ConsulRequest request)
    {
        ServiceView view = catalog.ViewService(request.Argument);
        return view.Snapshot is null ? AnswerNothingAsync(request, view.Index) : AnswerAsync(request, view.Snapshot);
    }

    /// <summary>Answers for a service that has instances.</summary>
    protected abstract Task AnswerAsync(ConsulRequest request, ServiceSnapshot snapshot);

    /// <summary>Answers with an empty list.</summary>
    protected static Task AnswerNothingAsync(in ConsulRequest request, long index)
    {
        QueryHeaders.Set(request, index);
        return ConsulResponse.JsonAsync(request, EmptyList);
    }
}
