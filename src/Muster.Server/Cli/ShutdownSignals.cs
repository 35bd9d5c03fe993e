using System.Runtime.InteropServices;

namespace Muster.Server.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGQUIT into a cancelled token, so that the process can leave in order with exit code 0.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="onHangup">What SIGHUP means to a daemon, which is "reload" and never the end; null to end as on the others.</param>
    public ShutdownSignals(Action? onHangup = null)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, onHangup is null ? Stop : context => Reload(context, onHangup)),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>That signal, null before it.</summary>
    public PosixSignal? First { get; private set; }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private static void Reload(PosixSignalContext context, Action onHangup)
    {
        context.Cancel = true;
        onHangup();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        First ??= context.Signal;
        _source.Cancel();
    }
}
