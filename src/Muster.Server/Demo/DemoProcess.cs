using System.Diagnostics;

namespace Muster.Server.Demo;

/// <summary>An example service's process, as the demo holds it. Its standard input is the lifeline: when that ends, it leaves.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Process _process;

    private DemoProcess(Process process) => _process = process;

    /// <summary>Starts this program again as an example service.</summary>
    public static DemoProcess Start(Uri registry, string service, string id)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The program's own path is not known.");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            // run as "dotnet muster.dll": the program is the runtime, and the first argument its assembly
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (string argument in (ReadOnlySpan<string>)[DemoServiceCommand.Name, service, id, "--http-addr", registry.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        return new DemoProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>Asks the process to leave, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(s_patience);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        catch (IOException)
        {
            // the pipe broke: somebody killed the process, which is what the demo is for
        }

        _process.Dispose();
    }
}
