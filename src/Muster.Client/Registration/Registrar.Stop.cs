namespace Muster.Client.Registration;

/// <content>The orderly end.</content>
public sealed partial class Registrar
{
    private const int StopsAtOnce = 16;
    private const string StopReason = "the process is stopping";

    private async Task StopOnceAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        _stopping = true;
        Wake();
        using var deadline = new CancellationTokenSource(_options.StopTimeout, Time);
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation))
        {
            // a registration under way is let finish, so that it cannot arrive after its own deregistration
            await _loop.WaitAsync(_options.StopTimeout / 2, Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _abort.CancelAsync().ConfigureAwait(false);
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = StopsAtOnce };
            await Parallel.ForEachAsync(Instances, parallel, (entry, _) => TakeOutAsync(entry, either.Token)).ConfigureAwait(false);
        }

        if (_options.DrainPeriod > TimeSpan.Zero && Instances.Any(entry => entry.WasAcknowledged))
        {
            Log.Draining(_log, _options.DrainPeriod.TotalSeconds);
            await Task.Delay(_options.DrainPeriod, Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask TakeOutAsync(RegisteredInstance entry, CancellationToken cancellation)
    {
        InstanceRegistration instance = entry.Instance;
        if (entry.WasSent && entry.IsKept)
        {
            WriteOutcome outcome = await _writer.DrainAsync(entry, StopReason, cancellation).ConfigureAwait(false);
            if (outcome.Result is not (WriteResult.StaleEpoch or WriteResult.UnknownInstance))
            {
                outcome = await _writer.DeregisterAsync(entry, cancellation).ConfigureAwait(false);
            }

            switch (outcome.Result)
            {
                case WriteResult.Done or WriteResult.UnknownInstance:
                    Log.Deregistered(_log, instance.Id, instance.Service);
                    break;
                case WriteResult.StaleEpoch:
                    Log.LeftToSuccessor(_log, instance.Id, instance.Service);
                    break;
                default:
                    Log.NotDeregistered(_log, instance.Id, instance.Service, outcome.Detail, Lease.TotalSeconds);
                    break;
            }
        }

        entry.End();
    }
}
