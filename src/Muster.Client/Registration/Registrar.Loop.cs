namespace Muster.Client.Registration;

/// <content>The loop that keeps the registrations.</content>
public sealed partial class Registrar
{
    /// <summary>A timer may fire a little before the timestamp is reached; the loop must not spin until then.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    private async Task RunAsync()
    {
        while (!_stopping)
        {
            Task wake = Volatile.Read(ref _wake).Task;
            try
            {
                await RoundAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                Log.RoundFailed(_log, failure);
                PostponeAll();
            }

            TimeSpan pause = UntilNext();
            if (!_stopping && pause > TimeSpan.Zero)
            {
                await wake.WaitAsync(pause, Time, _abort.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RoundAsync()
    {
        List<RegisteredInstance> due = Due();
        List<RegisteredInstance> renewals = due.FindAll(entry => !entry.NeedsRegistering);
        List<RegisteredInstance> registrations = due.FindAll(entry => entry.NeedsRegistering);
        if (renewals.Count > 0)
        {
            WriteOutcome[] outcomes = await _writer.RenewAsync(renewals, _abort.Token).ConfigureAwait(false);
            TimeSpan next = _pace.AfterSuccess();
            for (int i = 0; i < renewals.Count; i++)
            {
                _metrics.Renewed(outcomes[i].Result);
                Take(renewals[i], outcomes[i], asUp: null, next);
                if (outcomes[i].Result == WriteResult.UnknownInstance)
                {
                    registrations.Add(renewals[i]);
                }
            }
        }

        if (registrations.Count > 0 && !_stopping)
        {
            bool[] asUp = [.. registrations.Select(entry => entry.IsUp)];
            registrations.ForEach(entry => entry.WasSent = true);
            WriteOutcome[] outcomes = await _writer.RegisterAsync(registrations, Lease, _abort.Token).ConfigureAwait(false);
            TimeSpan next = _pace.AfterSuccess();
            for (int i = 0; i < registrations.Count; i++)
            {
                _metrics.Registered(outcomes[i].Result);
                Take(registrations[i], outcomes[i], asUp[i], next);
            }
        }
    }

    private void Take(RegisteredInstance entry, WriteOutcome outcome, bool? asUp, TimeSpan next)
    {
        InstanceRegistration instance = entry.Instance;
        switch (outcome.Result)
        {
            case WriteResult.Done:
                if (entry.Acknowledge(asUp))
                {
                    Log.Registered(_log, instance.Id, instance.Service, instance.Address, instance.Port, entry.Epoch);
                }

                Schedule(entry, entry.NeedsRegistering ? TimeSpan.Zero : next);
                break;
            case WriteResult.UnknownInstance:
                Log.RegistryLostIt(_log, instance.Id, instance.Service);
                entry.Lose(outcome.Detail);
                Schedule(entry, _pace.AfterLoss());
                break;
            case WriteResult.StaleEpoch when outcome.CurrentEpoch > 0 && outcome.CurrentEpoch < entry.Epoch:
                // a server that contradicts itself
                TakeFailure(entry, outcome);
                break;
            case WriteResult.StaleEpoch when MayGoAbove(entry, outcome):
                Log.EpochRaised(_log, instance.Id, instance.Service, outcome.CurrentEpoch);
                entry.RaiseEpoch(outcome.CurrentEpoch);
                Schedule(entry, _pace.AfterLoss());
                break;
            case WriteResult.StaleEpoch:
                entry.Supersede(outcome.Detail);
                Log.Superseded(_log, instance.Id, instance.Service, outcome.CurrentEpoch);
                break;
            case WriteResult.Refused:
                if (entry.Refuse(outcome.Detail))
                {
                    Log.Refused(_log, instance.Id, instance.Service, outcome.Detail);
                }

                Schedule(entry, _pace.AfterRefusal());
                break;
            default:
                if (!_stopping)
                {
                    TakeFailure(entry, outcome);
                }

                break;
        }
    }

    /// <summary>
    /// A process that has just begun is the younger one even if its clock is behind that of its predecessor: it goes above. One
    /// that had the registration before, or has tried for longer than a lease, yields.
    /// </summary>
    private bool MayGoAbove(RegisteredInstance entry, WriteOutcome outcome) =>
        outcome.CurrentEpoch > 0 && !entry.WasAcknowledged && Time.GetElapsedTime(_startedAt) < Lease;

    private void TakeFailure(RegisteredInstance entry, WriteOutcome outcome)
    {
        int failures = entry.Fail(outcome.Detail);
        TimeSpan pause = _pace.AfterFailure(failures, outcome.RetryAfter);
        Schedule(entry, pause);

        // the first failure, then ever more rarely: a registry that is down for an hour is not news every ten seconds
        if (int.IsPow2(failures))
        {
            Log.NotReached(_log, entry.Instance.Id, entry.Instance.Service, failures, outcome.Detail);
        }
    }

    private List<RegisteredInstance> Due()
    {
        lock (_gate)
        {
            long now = Time.GetTimestamp();
            return [.. _entries.Where(entry => entry.IsKept && entry.DueAt <= now)];
        }
    }

    private void Schedule(RegisteredInstance entry, TimeSpan pause)
    {
        lock (_gate)
        {
            entry.DueAt = Time.GetTimestamp() + (long)(pause.TotalSeconds * Time.TimestampFrequency);
        }
    }

    private void PostponeAll()
    {
        foreach (RegisteredInstance entry in Due())
        {
            Schedule(entry, _pace.AfterFailure(8, default));
        }
    }

    private TimeSpan UntilNext()
    {
        lock (_gate)
        {
            long now = Time.GetTimestamp();
            TimeSpan least = LongestSleep;
            foreach (RegisteredInstance entry in _entries.Where(entry => entry.IsKept))
            {
                if (entry.DueAt <= now)
                {
                    return TimeSpan.Zero;
                }

                TimeSpan left = Time.GetElapsedTime(now, entry.DueAt);
                least = left < least ? left : least;
            }

            return least > ShortestSleep ? least : ShortestSleep;
        }
    }
}
