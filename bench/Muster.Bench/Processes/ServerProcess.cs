using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Muster.Bench.Load;

namespace Muster.Bench.Processes;

/// <summary>
/// A server under load, in a process of its own so that its CPU time and memory can be read from /proc.
/// Its output goes to a log file; disposing kills it.
/// </summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private readonly Process _process;
    private readonly string _logPath;

    private ServerProcess(Process process, string logPath)
    {
        _process = process;
        _logPath = logPath;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <paramref name="file"/> through a shell that only redirects and then becomes it.</summary>
    public static ServerProcess Start(string logPath, string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(logPath);
        start.ArgumentList.Add(file);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ServerProcess(Process.Start(start)!, logPath);
    }

    /// <summary>User and system time of the process and its children, so far.</summary>
    public TimeSpan CpuTime() => ProcStat.CpuTimeOfTree(Id);

    public long ResidentBytes() => ProcStat.StatusBytes(Id, "VmRSS");

    public long PeakResidentBytes() => ProcStat.StatusBytes(Id, "VmHWM");

    /// <summary>Bytes this process caused to be sent to storage.</summary>
    public long StorageBytesWritten() => ProcStat.StorageBytesWritten(Id);

    /// <summary>Waits until <c>GET path</c> on the port answers 200, polling every two milliseconds.</summary>
    public void WaitUntilOk(int port, string path, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (AnswersOk(port, path))
            {
                return;
            }

            if (_process.HasExited)
            {
                throw new BenchException($"{_process.Id} exited with {_process.ExitCode} before it was ready:\n{LogTail()}");
            }

            if (clock.Elapsed > patience)
            {
                throw new BenchException($"{path} on port {port} was not ready after {patience.TotalSeconds:0} s:\n{LogTail()}");
            }

            Thread.Sleep(2);
        }
    }

    /// <summary>Waits until the process has used (almost) no CPU for a while: everything sent to it was dealt with.</summary>
    public void WaitUntilIdle(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        var quietChecks = 0;
        var last = CpuTime();
        while (quietChecks < 3 && clock.Elapsed < patience)
        {
            Thread.Sleep(100);
            var now = CpuTime();
            quietChecks = (now - last).TotalMilliseconds <= 10 ? quietChecks + 1 : 0;
            last = now;
        }
    }

    /// <summary>Sends SIGTERM and waits for the process to leave; returns how long it took.</summary>
    public TimeSpan StopCleanly(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        _ = Kill(Id, SigTerm);
        if (!_process.WaitForExit(patience))
        {
            throw new BenchException($"process {Id} ignored SIGTERM for {patience.TotalSeconds:0} s:\n{LogTail()}");
        }

        return clock.Elapsed;
    }

    /// <summary>Sends SIGSTOP: it stands still, with its connections open.</summary>
    public void Pause() => _ = Kill(Id, SigStop);

    /// <summary>Sends SIGCONT: it goes on.</summary>
    public void Resume() => _ = Kill(Id, SigContinue);

    /// <summary>Sends SIGKILL and waits for its end.</summary>
    public void Crash()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Crash();
        _process.Dispose();
    }

    private static bool AnswersOk(int port, string path)
    {
        try
        {
            using var connection = HttpConnection.Open(port);
            return connection.Get(path).Status == 200;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private string LogTail() =>
        File.Exists(_logPath) ? string.Join('\n', File.ReadLines(_logPath).TakeLast(15)) : "(no log)";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
