using Muster.Bench.Calibration;
using Muster.Bench.Processes;
using Muster.Bench.Subjects;
using Muster.FaultProxy;

namespace Muster.Bench;

/// <summary>What a row works with: options, a scratch directory, and servers that die with the row.</summary>
internal sealed class BenchContext : IDisposable
{
    private readonly List<ServerProcess> _processes = [];
    private readonly List<FaultNetwork> _networks = [];
    private int _started;

    public BenchContext(BenchOptions options, string row)
    {
        Options = options;
        Directory = Path.Combine(options.WorkDirectory, row);
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }

        System.IO.Directory.CreateDirectory(Directory);
    }

    public BenchOptions Options { get; }

    /// <summary>The row's scratch directory, empty at the start. Logs stay in it; data directories are deleted at the end.</summary>
    public string Directory { get; }

    public string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>Starts Muster without a data directory.</summary>
    public MusterServer StartMusterInMemory() => StartMuster(dataDirectory: null);

    /// <summary>Starts Muster with a data directory: what it acknowledges is on disk.</summary>
    public MusterServer StartMusterDurable(string dataName = "data") => StartMuster(PathOf(dataName));

    /// <summary>Starts a bare Kestrel server that sends captured answers (see <see cref="CalibrationServer"/>).</summary>
    public HttpSubject StartKestrel(string kind, IReadOnlyCollection<CapturedAnswer> answers, params IEnumerable<string> more)
    {
        var port = FreePort.Next();
        var name = NextName("kestrel-" + kind);
        CapturedAnswer.Save(PathOf(name + ".answers"), answers);
        var process = Start(name, Environment.ProcessPath!, ["calibrate", kind, $"{port}", PathOf(name + ".answers"), .. more]);
        process.WaitUntilOk(port, CalibrationServer.ReadyPath, TimeSpan.FromSeconds(20));
        return new HttpSubject("bare Kestrel", process, port);
    }

    public HttpSubject StartNginx(CapturedAnswer answer) => NginxServer.Start(this, answer);

    /// <summary>A network between servers that can be broken; it ends with the row.</summary>
    public FaultNetwork AddNetwork()
    {
        var network = new FaultNetwork();
        _networks.Add(network);
        return network;
    }

    /// <summary>Starts any server; it is killed when the row ends.</summary>
    public ServerProcess Start(string name, string file, params IEnumerable<string> arguments)
    {
        var process = ServerProcess.Start(PathOf(name + ".log"), file, arguments);
        _processes.Add(process);
        return process;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        foreach (var network in _networks)
        {
            network.DisposeAsync().AsTask().Wait();
        }

        foreach (var data in System.IO.Directory.EnumerateDirectories(Directory))
        {
            System.IO.Directory.Delete(data, recursive: true);
        }
    }

    private MusterServer StartMuster(string? dataDirectory) => MusterServer.Start(this, NextName("muster"), dataDirectory);

    public string NextName(string prefix) => $"{prefix}-{++_started}";
}
