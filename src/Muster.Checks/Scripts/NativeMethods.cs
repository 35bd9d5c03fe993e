using System.Runtime.InteropServices;

namespace Muster.Checks.Scripts;

internal static partial class NativeMethods
{
    internal const int SigKill = 9;

    /// <summary>Sends a signal; a negative id means a whole process group.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int processId, int signal);
}
