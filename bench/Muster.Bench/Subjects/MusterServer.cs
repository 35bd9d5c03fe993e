using System.Diagnostics;
using Muster.Bench.Load;
using Muster.Bench.Processes;

namespace Muster.Bench.Subjects;

/// <summary>The published server, driven as a black box through its command line and its protocols.</summary>
internal sealed record MusterServer(ServerProcess Process, int HttpPort, int DnsPort, string? DataDirectory, TimeSpan TimeToReady)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    public static MusterServer Start(BenchContext context, string name, string? dataDirectory) =>
        Start(context, name, dataDirectory, [context.Options.MusterPath]);

    /// <summary>As the other one, on one processor.</summary>
    public static MusterServer StartOn(BenchContext context, string name, string dataDirectory, int processor) =>
        Start(context, name, dataDirectory, ["taskset", "-c", $"{processor}", context.Options.MusterPath]);

    public HttpConnection Connect() => HttpConnection.Open(HttpPort);

    /// <summary>Size of everything in the data directory.</summary>
    public long DataBytes() =>
        new DirectoryInfo(DataDirectory!).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public PrometheusText Metrics()
    {
        using var connection = Connect();
        return PrometheusText.Parse(connection.Get("/metrics").EnsureOk("/metrics").Body);
    }

    private static MusterServer Start(BenchContext context, string name, string? dataDirectory, string[] program)
    {
        var httpPort = FreePort.Next();
        var dnsPort = FreePort.Next();
        List<string> arguments = [.. program[1..], "agent", "-bind=127.0.0.1", $"-http-port={httpPort}", $"-dns-port={dnsPort}", "-log-level=warn"];
        if (dataDirectory is null)
        {
            arguments.Add("-dev");
        }
        else
        {
            arguments.AddRange(["-server", "-bootstrap", $"-data-dir={dataDirectory}"]);
        }

        var clock = Stopwatch.StartNew();
        var process = context.Start(name, program[0], arguments);
        process.WaitUntilOk(httpPort, "/health/ready", StartPatience);
        return new MusterServer(process, httpPort, dnsPort, dataDirectory, clock.Elapsed);
    }
}
