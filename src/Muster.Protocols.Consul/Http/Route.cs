using Microsoft.Extensions.Primitives;
using Muster.Protocols.Consul.Metrics;

namespace Muster.Protocols.Consul.Http;

/// <summary>One path, or with a trailing slash one family of paths, the methods it accepts and what answers them.</summary>
internal sealed class Route
{
    /// <summary>The methods with their names, in the order of the <c>Allow</c> header.</summary>
    public static readonly (HttpVerbs Verb, string Name)[] VerbNames =
        [(HttpVerbs.Get, "GET"), (HttpVerbs.Put, "PUT"), (HttpVerbs.Post, "POST"), (HttpVerbs.Delete, "DELETE")];

    private RouteTiming? _get, _put, _post, _delete;

    public Route(string path, HttpVerbs verbs, RouteHandler handler)
    {
        Path = path;
        Verbs = verbs;
        Handler = handler;
        Allow = new StringValues(AllowText(verbs));
    }

    /// <summary>The path; one that ends in a slash takes the rest of the request's path as its argument.</summary>
    public string Path { get; }

    public HttpVerbs Verbs { get; }

    public RouteHandler Handler { get; }

    /// <summary>The value of the <c>Allow</c> header, ready made.</summary>
    public StringValues Allow { get; }

    /// <summary>How long requests with a method take; made at the first one.</summary>
    public RouteTiming TimingOf(HttpVerbs verb)
    {
        ref RouteTiming? timing = ref Slot(verb);
        return Volatile.Read(ref timing) ?? Interlocked.CompareExchange(ref timing, new RouteTiming(), null) ?? timing!;
    }

    /// <summary>As <see cref="TimingOf"/>; null when there was no such request yet.</summary>
    public RouteTiming? FindTiming(HttpVerbs verb) => Volatile.Read(ref Slot(verb));

    private ref RouteTiming? Slot(HttpVerbs verb)
    {
        switch (verb)
        {
            case HttpVerbs.Get:
                return ref _get;
            case HttpVerbs.Put:
                return ref _put;
            case HttpVerbs.Post:
                return ref _post;
            default:
                return ref _delete;
        }
    }

    private static string AllowText(HttpVerbs verbs)
    {
        var text = new System.Text.StringBuilder("OPTIONS");
        foreach ((HttpVerbs verb, string name) in VerbNames)
        {
            if ((verbs & verb) != HttpVerbs.None)
            {
                text.Append(',').Append(name);
            }
        }

        return text.ToString();
    }
}
