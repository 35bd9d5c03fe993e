using System.Collections.Frozen;

namespace Muster.Protocols.Consul.Http;

/// <summary>
/// All routes, found by the text of the path alone: first the whole path, then its prefixes up to a slash, longest
/// first. A look-up is two or three hashes of spans and allocates nothing.
/// </summary>
internal sealed class RouteTable
{
    // The deepest route with an argument is /v1/agent/health/service/name/:name, which has six slashes before it.
    private const int DeepestPrefix = 7;

    private readonly Dictionary<string, Route> _building = new(StringComparer.Ordinal);
    private FrozenDictionary<string, Route>.AlternateLookup<ReadOnlySpan<char>> _routes;

    /// <summary>Adds a route. A <paramref name="path"/> that ends in a slash takes an argument.</summary>
    public RouteTable Map(string path, HttpVerbs verbs, RouteHandler handler)
    {
        _building.Add(path, new Route(path, verbs, handler));
        return this;
    }

    /// <summary>Every route, for tests and for authorization to enumerate.</summary>
    public IEnumerable<Route> Routes => _building.Values;

    /// <summary>Call once, after the last <see cref="Map"/>.</summary>
    public RouteTable Freeze()
    {
        _routes = _building.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        return this;
    }

    /// <summary>Finds the route for a path and where its argument starts (the path's end when it has none).</summary>
    public bool TryFind(ReadOnlySpan<char> path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Route? route, out int argument)
    {
        argument = path.Length;
        if (_routes.TryGetValue(path, out route))
        {
            return true;
        }

        Span<int> slashes = stackalloc int[DeepestPrefix];
        int depth = 0;
        for (int i = 0; i < path.Length && depth < DeepestPrefix; i++)
        {
            if (path[i] == '/')
            {
                slashes[depth++] = i;
            }
        }

        while (--depth >= 0)
        {
            argument = slashes[depth] + 1;
            if (_routes.TryGetValue(path[..argument], out route))
            {
                return true;
            }
        }

        return false;
    }
}
