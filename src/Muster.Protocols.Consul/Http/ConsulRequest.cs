using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Filtering.Conditions;

namespace Muster.Protocols.Consul.Http;

/// <summary>A routed request: the connection's context, the path's argument and the shared parameters.</summary>
internal readonly struct ConsulRequest
{
    private readonly string _path;
    private readonly int _argument;

    public ConsulRequest(HttpContext context, string path, int argument, in QueryParameters query)
    {
        Context = context;
        Query = query;
        _path = path;
        _argument = argument;
    }

    public HttpContext Context { get; }

    /// <summary>The shared query parameters.</summary>
    public QueryParameters Query { get; }

    /// <summary><c>filter</c>, compiled for the rows of the endpoint; null when there is none.</summary>
    public Condition? Filter { get; init; }

    /// <summary>The client sent <c>cached</c> to an endpoint that has a cache in Consul.</summary>
    public bool TellsOfCache { get; init; }

    /// <summary>The rest of the path, decoded: a service's name, an id. Empty for a route without argument.</summary>
    public ReadOnlySpan<char> Argument => _path.AsSpan(_argument);

    /// <summary>As <see cref="Argument"/>, as a string (allocates).</summary>
    public string ArgumentText => _path[_argument..];

    /// <summary>The value of a parameter as it stands in the URL; empty when it is absent or has none.</summary>
    public ReadOnlySpan<char> FindRaw(ReadOnlySpan<char> name)
    {
        var reader = new QueryReader(Context.Request.QueryString.Value);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual(name))
            {
                return reader.RawValue;
            }
        }

        return default;
    }

    /// <summary>The decoded value of an endpoint's own parameter: null when absent, empty when it has no value.</summary>
    public string? Find(ReadOnlySpan<char> name)
    {
        var reader = new QueryReader(Context.Request.QueryString.Value);
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual(name))
            {
                return reader.Value;
            }
        }

        return null;
    }
}
