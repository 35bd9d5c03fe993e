using Microsoft.Extensions.Primitives;

namespace Muster.Protocols.Consul.Http;

/// <summary>One path, or with a trailing slash one family of paths, the methods it accepts and what answers them.</summary>
internal sealed class Route
{
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

    private static string AllowText(HttpVerbs verbs)
    {
        var text = new System.Text.StringBuilder("OPTIONS");
        foreach ((HttpVerbs verb, string name) in (ReadOnlySpan<(HttpVerbs, string)>)
            [(HttpVerbs.Get, ",GET"), (HttpVerbs.Put, ",PUT"), (HttpVerbs.Post, ",POST"), (HttpVerbs.Delete, ",DELETE")])
        {
            if ((verbs & verb) != HttpVerbs.None)
            {
                text.Append(name);
            }
        }

        return text.ToString();
    }
}
