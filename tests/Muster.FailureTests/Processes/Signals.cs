using System.Runtime.InteropServices;

namespace Muster.FailureTests.Processes;

/// <summary>Signals to processes that this one started.</summary>
internal static partial class Signals
{
    public static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} did not reach process {process}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
