using Muster.Model;

namespace Muster.Checks.Tests;

internal static class Definitions
{
    public static CheckDefinition Http(string url = "http://127.0.0.1/", double interval = 10, double timeout = 0) => new()
    {
        Name = "web",
        Kind = CheckKind.Http,
        Http = new HttpProbe(url),
        Interval = TimeSpan.FromSeconds(interval),
        Timeout = TimeSpan.FromSeconds(timeout),
    };

    public static CheckDefinition Tcp(string target, double interval = 10) => new()
    {
        Name = "port",
        Kind = CheckKind.Tcp,
        Target = new ProbeTarget(target),
        Interval = TimeSpan.FromSeconds(interval),
    };

    public static CheckKey Key(int number) => new("node", $"check-{number}");
}
