using System.Runtime.InteropServices;

namespace Muster.Server.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGQUIT into a cancelled token, so that the process can leave in order with exit code 0.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="staysOnHangup">A daemon: SIGHUP means "reload" to operators and must not end it.</param>
    public ShutdownSignals(bool staysOnHangup = false)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, staysOnHangup ? Stay : Stop),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    /// <summary>A reload is asked for (or a terminal closed). There is none yet, and dying of the request would be worse than ignoring it.</summary>
    private static void Stay(PosixSignalContext context)
    {
        context.Cancel = true;
        Console.Error.WriteLine("warning: SIGHUP is ignored: configuration is read at the start only");
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
