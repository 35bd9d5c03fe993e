using System.Diagnostics;
using Muster.Bench.Load;

namespace Muster.Bench.Verification;

/// <summary>Makes 100 changes a second at random services, on a thread of its own, until it is disposed.</summary>
internal sealed class Changer : IDisposable
{
    private const int PerSecond = 100;

    private readonly CancellationTokenSource _stop = new();
    private readonly Action _wait;

    /// <param name="port">The server to change.</param>
    /// <param name="fleet">Keeps account of the changes; null when the server only pretends to take them.</param>
    public Changer(int port, ChangingFleet? fleet) => _wait = Workers.Start(1, _ => ChangeUntilStopped(port, fleet));

    public void Dispose()
    {
        _stop.Cancel();
        _wait();
        _stop.Dispose();
    }

    private void ChangeUntilStopped(int port, ChangingFleet? fleet)
    {
        using var connection = HttpConnection.Open(port);
        var random = new Random(Environment.TickCount);
        var clock = Stopwatch.StartNew();
        for (var sent = 0; !_stop.IsCancellationRequested; sent++)
        {
            var service = random.Next(ChangingFleet.Services);
            if (fleet is null)
            {
                ChangingFleet.Pretend(connection, service, sent);
            }
            else
            {
                fleet.Change(connection, service);
            }

            var ahead = TimeSpan.FromSeconds((sent + 1.0) / PerSecond) - clock.Elapsed;
            if (ahead > TimeSpan.Zero)
            {
                _stop.Token.WaitHandle.WaitOne(ahead);
            }
        }
    }
}
