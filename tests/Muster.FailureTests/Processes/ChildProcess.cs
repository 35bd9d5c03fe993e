using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace Muster.FailureTests.Processes;

/// <summary>A real process, which dies with the test at the latest.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15, Continue = 18, Stop = 19;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _errors = new();

    public ChildProcess(string program, params IEnumerable<string> arguments)
    {
        Name = Path.GetFileName(program);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // two cores carry many processes: none may spread its collector's heaps or spin for work
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it said on its error output.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <summary>The next line of its output.</summary>
    public async Task<string> ReadLineAsync(TimeSpan within)
    {
        try
        {
            return await _lines.Reader.ReadAsync().AsTask().WaitAsync(within);
        }
        catch (Exception error) when (error is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"{Name} said nothing within {within.TotalSeconds} s; its errors:\n{Errors}", error);
        }
    }

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>SIGKILL: what a crash or the kernel does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it does nothing until <see cref="Resume"/>, and does not know.</summary>
    public void Pause() => Signals.Send(_process.Id, Stop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signals.Send(_process.Id, Continue);

    /// <summary>SIGTERM, as a deployment sends it; waits until the process has left.</summary>
    public async Task TerminateAsync(TimeSpan within)
    {
        Signals.Send(_process.Id, Terminate);
        await _process.WaitForExitAsync().WaitAsync(within);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
        }
        else
        {
            _lines.Writer.TryWrite(line);
        }
    }
}
