using Microsoft.AspNetCore.Http;
using Muster.Catalog;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>
/// A read that can block: refuses what it must, waits when the request has an index, and answers. What is read, and
/// where it is waited for, is the subclass's.
/// </summary>
internal abstract class QueryEndpoint(BlockingQueries blocking, FilterCache? filters = null)
{
    // No registered name is longer, and a name that is waited for is remembered.
    private const int LongestArgument = ServiceTranslator.LongestText;

    /// <summary>The route's handler. An endpoint without filters does not look at <c>?filter</c>, as in Consul.</summary>
    public Task HandleAsync(ConsulRequest request)
    {
        QueryParameters query = request.Query;
        if (RefusalOf(query) is not null || query.ForeignDatacenter || query.ForeignPeer || ObjectionTo(request.Argument) is not null)
        {
            return RefuseAsync(request);
        }

        if (filters?.Apply(ref request) is { } problem)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, problem);
        }

        if (!CacheDirectives.Of(request.Context.Request.Headers).IsValid)
        {
            return ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status400BadRequest, Refusals.CacheControl);
        }

        request = request with { TellsOfCache = HasCache && query.Cached };
        return query.Index == 0 ? AnswerAsync(request) : blocking.RunAsync(request, this);
    }

    /// <summary>The index of what would be read now; never newer than the answer that follows.</summary>
    public abstract long IndexOf(ReadOnlySpan<char> argument);

    /// <summary>Where to wait for a newer index.</summary>
    public abstract WatchPoint PointOf(ReadOnlySpan<char> argument);

    /// <summary>As the other, where the index depends on what the request asks for.</summary>
    public virtual long IndexOf(in ConsulRequest request) => IndexOf(request.Argument);

    /// <summary>As the other, where the index depends on what the request asks for.</summary>
    public virtual WatchPoint PointOf(in ConsulRequest request) => PointOf(request.Argument);

    /// <summary>Reads and answers. The index sent belongs to the body sent.</summary>
    public abstract Task AnswerAsync(ConsulRequest request);

    /// <summary>What to say when the path lacks its argument; null when it takes none.</summary>
    protected virtual string? MissingArgument => null;

    /// <summary>True where Consul's agents keep answers and <c>?cached</c> asks for one of them.</summary>
    protected virtual bool HasCache => false;

    /// <summary>True where <c>?passing</c> means something.</summary>
    protected virtual bool ReadsPassing => false;

    private string? RefusalOf(in QueryParameters query) => query.ReadRefusal ?? (ReadsPassing ? query.PassingRefusal : null);

    private string? ObjectionTo(ReadOnlySpan<char> argument) =>
        argument.IsEmpty ? MissingArgument
        : argument.Length > LongestArgument ? Refusals.LongName
        : null;

    private Task RefuseAsync(in ConsulRequest request)
    {
        string? refusal = RefusalOf(request.Query) ?? ObjectionTo(request.Argument);
        return refusal is not null ? ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status400BadRequest, refusal)
            : request.Query.ForeignDatacenter ? ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status500InternalServerError, Refusals.NoPathToDatacenter)
            : ConsulResponse.ErrorAsync(request.Context, StatusCodes.Status501NotImplemented, Refusals.NoPeering);
    }
}
