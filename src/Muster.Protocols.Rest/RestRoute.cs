namespace Muster.Protocols.Rest;

/// <summary>An endpoint: a method, a pattern of path segments in which <c>*</c> stands for any one, and what answers.</summary>
internal sealed class RestRoute(string method, string pattern, Func<RestCall, Task> handler, params string[] parameters)
{
    private readonly string[] _pattern = pattern.Split('/');

    public string Method => method;

    public string Pattern => pattern;

    /// <summary>The query parameters it takes.</summary>
    public IReadOnlyList<string> Parameters => parameters;

    /// <summary>
    /// Lets the endpoint answer, unless the request has parameters it does not know: a misspelt filter must not silently
    /// select everything.
    /// </summary>
    public Task HandleAsync(RestCall call)
    {
        var errors = new FieldErrors();
        foreach (string name in call.Context.Request.Query.Keys)
        {
            if (!parameters.Contains(name))
            {
                errors.Add(name, "is not a parameter of this request");
            }
        }

        return errors.Any ? Problems.InvalidRequest.WriteAsync(call.Context, errors) : handler(call);
    }

    /// <summary>Compares a path; the arguments are the segments in the places of the stars.</summary>
    public bool Matches(string[] segments, out string[] arguments)
    {
        arguments = [];
        if (segments.Length != _pattern.Length)
        {
            return false;
        }

        for (int i = 0; i < segments.Length; i++)
        {
            bool star = _pattern[i] == "*";
            if (star ? segments[i].Length == 0 : segments[i] != _pattern[i])
            {
                return false;
            }

            if (star)
            {
                arguments = [.. arguments, segments[i]];
            }
        }

        return true;
    }
}
