using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Tests.Http;

/// <summary>One line of <see cref="RouteErrorTable"/>.</summary>
internal sealed record RouteErrorRow(string Path, HttpVerbs Verbs, string Reads, string Missing)
{
    public static IReadOnlyList<RouteErrorRow> All { get; } = [.. RouteErrorTable.Lines.Split('\n').Select(Parse)];

    /// <summary>The path with an argument that nothing has, if it takes one.</summary>
    public string Sample => !TakesArgument ? Path : Path == "/v1/health/state/" ? Path + "any" : Path + "nothing";

    public bool TakesArgument => Path.EndsWith('/');

    /// <summary>The first of the methods the route takes.</summary>
    public string Method => Methods.First();

    public IEnumerable<string> Methods =>
        Enum.GetValues<HttpVerbs>().Where(verb => verb != HttpVerbs.None && Verbs.HasFlag(verb)).Select(verb => verb.ToString().ToUpperInvariant());

    private static RouteErrorRow Parse(string line)
    {
        string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
        return new RouteErrorRow(cells[0], Enum.Parse<HttpVerbs>(cells[1]), cells[2], cells[3]);
    }
}
