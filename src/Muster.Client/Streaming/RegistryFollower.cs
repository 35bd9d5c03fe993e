namespace Muster.Client.Streaming;

/// <summary>
/// The loop that keeps the directory current: stream while there is one, poll while there is none, wait and go to another
/// server when neither works. It ends only with its client.
/// </summary>
internal sealed class RegistryFollower(FollowContext context, ServerList servers)
{
    /// <summary>A session that lasted this long shows that the server works; shorter ones do not calm the reconnects.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestJoinDelay = TimeSpan.FromMilliseconds(100);
    private readonly Backoff _backoff = new(context.Options.ReconnectFirst, context.Options.ReconnectWindow, context.Random);
    private TimeSpan _joinDelay = context.Options.JoinDelay;
    private int _withoutStream;
    private bool _isLost;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Uri server = servers.Current;
            TimeSpan pause;
            try
            {
                pause = await FollowOnceAsync(server, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // nothing is known to come here; whatever does must not end the loop
                servers.MoveOn(server);
                pause = _backoff.Next();
                DirectoryLog.LoopFailed(context.Log, e, pause);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, context.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<TimeSpan> FollowOnceAsync(Uri server, CancellationToken stop)
    {
        TimeSpan begin = context.Now;
        if (!context.Options.UseStream || _withoutStream >= servers.Count)
        {
            _withoutStream = 0;
            TimeSpan duration = context.Options.UseStream ? context.Options.StreamRetry * (0.75 + (0.5 * context.Random.NextDouble())) : TimeSpan.FromDays(1);
            SessionEnd polled = await new PollSession(context).RunAsync(server, duration, stop).ConfigureAwait(false);
            return Judge(server, polled, context.Now - begin);
        }

        using var session = new WatchSession(context, _joinDelay);
        SessionEnd end = await session.RunAsync(server, stop).ConfigureAwait(false);
        context.Metrics.Disconnected(end.Tag);
        return Judge(server, end with { WasHeard = session.SaidHello }, context.Now - begin);
    }

    /// <summary>What an end means for the next attempt; returns the pause before it.</summary>
    private TimeSpan Judge(Uri server, SessionEnd end, TimeSpan lived)
    {
        if (end.WasHeard)
        {
            _isLost = false;
            _withoutStream = end.Kind == SessionEndKind.NoStream ? _withoutStream : 0;
        }

        if (end.WasHeard && lived >= Proven)
        {
            _backoff.Reset();
        }

        switch (end.Kind)
        {
            case SessionEndKind.Joined:
                // services that trickle in are gathered, or each would open the stream anew
                TimeSpan longer = _joinDelay * 2;
                _joinDelay = lived > TimeSpan.FromSeconds(1) ? context.Options.JoinDelay : longer < LongestJoinDelay ? longer : LongestJoinDelay;
                return TimeSpan.Zero;
            case SessionEndKind.PollsDone:
                return TimeSpan.Zero;
            case SessionEndKind.NoStream:
                return TurnToPolling(server, end);
            case SessionEndKind.Bye or SessionEndKind.Busy when servers.Count == 1:
                return Pause(server, end, _backoff.NextAfter(end.RetryAfter ?? _backoff.Next()));
            default:
                servers.MoveOn(server);
                return Pause(server, end, _backoff.Next());
        }
    }

    private TimeSpan TurnToPolling(Uri server, SessionEnd end)
    {
        servers.MoveOn(server);
        _withoutStream++;
        if (_withoutStream < servers.Count)
        {
            // the lists are not in danger: if no server has a stream, they are polled
            TimeSpan pause = context.Options.ReconnectFirst * context.Random.NextDouble();
            DirectoryLog.StreamEnded(context.Log, server, end.Reason, pause);
            return pause;
        }

        DirectoryLog.PollingBegan(context.Log, servers.Current, end.Reason, context.Options.StreamRetry);
        return TimeSpan.Zero;
    }

    private TimeSpan Pause(Uri server, SessionEnd end, TimeSpan pause)
    {
        if (end.WasHeard)
        {
            DirectoryLog.StreamEnded(context.Log, server, end.Reason, pause);
            return pause;
        }

        context.Directory.BeUnreachable($"{end.Reason} ({server.Host}:{server.Port})", context.Now);
        if (_isLost)
        {
            DirectoryLog.RegistryStillLost(context.Log, server, end.Reason, pause);
        }
        else
        {
            DirectoryLog.RegistryLost(context.Log, server, end.Reason, pause);
        }

        _isLost = true;
        return pause;
    }
}
