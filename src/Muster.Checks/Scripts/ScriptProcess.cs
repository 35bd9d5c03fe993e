using System.ComponentModel;
using System.Diagnostics;

namespace Muster.Checks.Scripts;

/// <summary>
/// One run of a program in a session of its own, so that it can be ended with everything it started. Its input is
/// empty; of what it writes the last bytes are kept.
/// </summary>
internal sealed class ScriptProcess : IDisposable
{
    /// <summary>Makes the program the leader of a new session and process group, keeping its process id.</summary>
    private const string SessionMaker = "/usr/bin/setsid";

    /// <summary>What the output may have left to say after the end, from a process that got away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly TailBuffer _output;
    private readonly Task _reading;

    private ScriptProcess(Process process, int keepBytes)
    {
        _process = process;
        _output = new TailBuffer(keepBytes);
        process.StandardInput.Close();
        _reading = Task.WhenAll(CollectAsync(process.StandardOutput.BaseStream), CollectAsync(process.StandardError.BaseStream));
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program; throws <see cref="Win32Exception"/> when that is not possible.</summary>
    public static ScriptProcess Start(IReadOnlyList<string> arguments, int keepBytes)
    {
        bool hasSessions = File.Exists(SessionMaker);
        ProcessStartInfo start = new(hasSessions ? SessionMaker : arguments[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        for (int i = hasSessions ? 0 : 1; i < arguments.Count; i++)
        {
            start.ArgumentList.Add(arguments[i]);
        }

        return new ScriptProcess(Process.Start(start)!, keepBytes);
    }

    /// <summary>Waits for the program's end; false when it was cancelled first. Either way nothing that it started is left.</summary>
    public async ValueTask<bool> EndAsync(CancellationToken cancellationToken)
    {
        bool hasEnded = true;
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            hasEnded = false;
        }

        Kill();
        await Task.WhenAny(Task.WhenAll(_reading, _process.WaitForExitAsync(CancellationToken.None)), Task.Delay(Patience, CancellationToken.None));
        return hasEnded;
    }

    /// <summary>The end of what it wrote, and how much it wrote.</summary>
    public (byte[] Kept, long Total) Output() => _output.Read();

    public void Dispose()
    {
        // not the process' business once somebody reads them; a process that got away may keep the other ends for years
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private void Kill()
    {
        // the group outlives its leader, and may hold others; there is none while the program has hardly started
        bool hasGroup = NativeMethods.Kill(-_process.Id, NativeMethods.SigKill) == 0;
        if (!hasGroup && !_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private async Task CollectAsync(Stream stream)
    {
        byte[] buffer = new byte[1024];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                _output.Write(buffer.AsSpan(0, read));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // given up on: see Patience
        }
    }
}
