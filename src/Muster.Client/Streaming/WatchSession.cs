using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>
/// One connection that follows all services in use: it begins where the last one ended, and it ends when the server or the
/// network ends it, when it falls silent, or when a service joins that it does not follow.
/// </summary>
internal sealed class WatchSession : IDisposable
{
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HeardEvery = TimeSpan.FromSeconds(5);

    /// <summary>A server that lives may take so many times the time for its first word until the next list.</summary>
    private const int ListPatience = 6;
    private readonly FollowContext _context;
    private readonly TimeSpan _joinDelay;
    private readonly FollowedService[] _services;
    private readonly Dictionary<string, FollowedService> _byName;
    private readonly HashSet<FollowedService> _unanswered;
    private readonly CancellationTokenSource _reopen;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenRegistration _joins;
    private readonly Lock _gate = new();
    private TimeSpan _heardAt;
    private TimeSpan _lineAt;
    private TimeSpan _answeredAt;
    private TimeSpan _silenceLimit;
    private bool _isSettled;
    private bool _hasJoined;
    private bool _isGarbled;
    private bool _saidHello;

    public WatchSession(FollowContext context, TimeSpan joinDelay)
    {
        _context = context;
        _joinDelay = joinDelay;
        _silenceLimit = context.Options.HelloTimeout;
        _reopen = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Time);
        _silence = new CancellationTokenSource(_silenceLimit, context.Time);
        (_services, CancellationToken joined) = context.Directory.Observe();
        _byName = _services.ToDictionary(service => service.Name, StringComparer.OrdinalIgnoreCase);
        _unanswered = [.. _services];
        _joins = joined.UnsafeRegister(static session => ((WatchSession)session!).Joined(), this);
    }

    /// <summary>True once the server began to answer.</summary>
    public bool SaidHello => _saidHello;

    public async Task<SessionEnd> RunAsync(Uri server, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _reopen.Token, _silence.Token);
        Tell(new RegistryNews.StreamBegan());
        try
        {
            using HttpRequestMessage request = WatchRequest.Make(server, _services);
            using HttpResponseMessage answer = await _context.Http.SendAsync(request, either.Token).ConfigureAwait(false);
            return await ReadAsync(server, answer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return EndOfWait();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new SessionEnd(_saidHello ? SessionEndKind.Lost : SessionEndKind.Failed, e.Message);
        }
        finally
        {
            Tell(new RegistryNews.StreamEnded());
        }
    }

    public void Dispose()
    {
        _joins.Dispose();
        _reopen.Dispose();
        _silence.Dispose();
    }

    private SessionEnd EndOfWait()
    {
        if (_silence.IsCancellationRequested)
        {
            return _saidHello
                ? new SessionEnd(SessionEndKind.Lost, $"silent for {_silenceLimit.TotalSeconds:0.#} s")
                : new SessionEnd(SessionEndKind.NoStream, $"no stream in {_silenceLimit.TotalSeconds:0.#} s");
        }

        if (!_reopen.IsCancellationRequested)
        {
            // the handler's own limit, for connecting
            return new SessionEnd(SessionEndKind.Failed, "no connection in time");
        }

        return _isGarbled
            ? new SessionEnd(SessionEndKind.Garbled, "an answer could not be believed")
            : new SessionEnd(SessionEndKind.Joined, "a service joined");
    }

    private async Task<SessionEnd> ReadAsync(Uri server, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            SessionEnd refusal = HttpAnswers.ToEnd(answer, _context.Time);
            if (refusal.Kind == SessionEndKind.Failed)
            {
                _context.Metrics.Rejected(RejectReason.ErrorStatus);
            }

            return refusal;
        }

        if (!HttpAnswers.HasContentType(answer, WatchRequest.LineType) || answer.Content.Headers.ContentEncoding.Count > 0)
        {
            RejectReason reason = answer.Content.Headers.ContentEncoding.Count > 0 ? RejectReason.WrongEncoding : RejectReason.WrongContentType;
            _context.Metrics.Rejected(reason);
            return new SessionEnd(SessionEndKind.NoStream, reason.ToTag());
        }

        Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new LineReader(stream, _context.Options.MaxAnswerBytes, BytesCame);
        while (true)
        {
            LineOutcome outcome = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            SessionEnd? end = outcome switch
            {
                LineOutcome.Line => TakeLine(server, reader.Line.Span),
                LineOutcome.TooLong => await TakeTooLongAsync(reader, cancellationToken).ConfigureAwait(false),
                LineOutcome.CutOff => BreakOff(),
                _ => new SessionEnd(SessionEndKind.Lost, "the stream ended without a word"),
            };
            if (end is not null)
            {
                return end.Value;
            }
        }
    }

    /// <summary>A long line may take its time, but not for ever.</summary>
    private void BytesCame()
    {
        if (_saidHello && _context.Now - _lineAt < LongestSilence)
        {
            _silence.CancelAfter(_silenceLimit);
        }
    }

    /// <summary>A list that is too long must not keep the other services from theirs.</summary>
    private async ValueTask<SessionEnd?> TakeTooLongAsync(LineReader reader, CancellationToken cancellationToken)
    {
        SessionEnd? end = TakeGarbled(StreamLineReader.FindService(reader.Line.Span), RejectReason.TooLarge);
        return end ?? (await reader.SkipAsync(cancellationToken).ConfigureAwait(false) ? null : new SessionEnd(SessionEndKind.Garbled, "an endless line"));
    }

    /// <summary>The stream ended in the middle of a line: a lie that is cut short looks like a server that died.</summary>
    private SessionEnd BreakOff()
    {
        _context.Metrics.Rejected(RejectReason.NotJson);
        return new SessionEnd(SessionEndKind.Lost, "the stream broke off");
    }

    private SessionEnd Refuse(RejectReason reason)
    {
        _context.Metrics.Rejected(reason);
        DirectoryLog.Rejected(_context.Log, "the watch stream", reason.ToTag());
        return new SessionEnd(SessionEndKind.Garbled, reason.ToTag());
    }

    private SessionEnd? TakeLine(Uri server, ReadOnlySpan<byte> text)
    {
        _lineAt = _context.Now;
        if (text.IsEmpty)
        {
            return null;
        }

        bool isRight = StreamLineReader.TryRead(text, _context.Options.MaxInstances, out StreamLine line, out RejectReason reason);
        if (!_saidHello && !(isRight && line.Kind == StreamLineKind.Hello))
        {
            return Refuse(isRight ? RejectReason.OutOfOrder : reason);
        }

        if (!isRight)
        {
            return TakeGarbled(line.Service, reason);
        }

        switch (line.Kind)
        {
            case StreamLineKind.Hello:
                TakeHello(server, line);
                break;
            case StreamLineKind.News:
                TakeNews(line);
                break;
            case StreamLineKind.Resync:
                DirectoryLog.Resync(_context.Log, line.Service!, line.Text ?? "");
                break;
            case StreamLineKind.Idle:
                Settle();
                break;
            case StreamLineKind.Bye:
                return new SessionEnd(SessionEndKind.Bye, line.Text ?? "good-bye", line.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
            default:
                break;
        }

        Hear(line.Kind == StreamLineKind.Idle);
        return EndOfPatience();
    }

    /// <summary>A server that talks, and does not say what it was asked for, is as good as one without a stream.</summary>
    private SessionEnd? EndOfPatience() =>
        _unanswered.Count > 0 && _lineAt - _answeredAt > ListPatience * _context.Options.HelloTimeout
            ? new SessionEnd(SessionEndKind.NoStream, $"no lists of {_unanswered.Count} services")
            : null;

    private void TakeHello(Uri server, in StreamLine line)
    {
        if (_saidHello)
        {
            return;
        }

        _saidHello = true;
        _answeredAt = _lineAt;
        // one line may be late, two are not
        TimeSpan limit = 2 * TimeSpan.FromSeconds(line.Seconds ?? 15);
        _silenceLimit = limit < ShortestSilence ? ShortestSilence : limit > LongestSilence ? LongestSilence : limit;
        _silence.CancelAfter(_silenceLimit);
        _context.Metrics.Connected();
        _context.Directory.BeReachable();
        DirectoryLog.StreamBegan(_context.Log, _services.Length, server, line.Text ?? "");
    }

    private void TakeNews(in StreamLine line)
    {
        if (!_byName.TryGetValue(line.Service!, out FollowedService? service))
        {
            _context.Metrics.Rejected(RejectReason.WrongService);
            return;
        }

        if (!service.Take(line.News!, _context.Now))
        {
            EndLater();
        }

        if (line.News is RegistryNews.Listed or RegistryNews.Resumed)
        {
            Answer(service);
        }
    }

    private void Answer(FollowedService service)
    {
        if (_unanswered.Remove(service))
        {
            _answeredAt = _lineAt;
        }

        if (_unanswered.Count == 0)
        {
            Settle();
        }
    }

    /// <summary>A line that is no JSON ends the stream; one whose content cannot be believed costs only its service, for now.</summary>
    private SessionEnd? TakeGarbled(string? name, RejectReason reason)
    {
        if (name is null || !_byName.TryGetValue(name, out FollowedService? service))
        {
            return Refuse(reason);
        }

        service.Take(new RegistryNews.Garbled(reason), _context.Now);
        Answer(service);
        if (reason == RejectReason.NotJson)
        {
            return new SessionEnd(SessionEndKind.Garbled, reason.ToTag());
        }

        EndLater();
        return null;
    }

    /// <summary>The registry lives, so it stands by what it said of every service.</summary>
    private void Hear(bool always)
    {
        TimeSpan now = _context.Now;
        if (!always && now - _heardAt < HeardEvery)
        {
            return;
        }

        _heardAt = now;
        var news = new RegistryNews.StillSo();
        foreach (FollowedService service in _services)
        {
            if (!_unanswered.Contains(service))
            {
                service.Take(news, now);
            }
        }
    }

    private void Tell(RegistryNews news)
    {
        foreach (FollowedService service in _services)
        {
            service.Take(news, _context.Now);
        }
    }

    private void Joined()
    {
        lock (_gate)
        {
            _hasJoined = true;
            ReopenIfDue_NeedsLock();
        }
    }

    /// <summary>All services have their answer: from here on a new one may interrupt.</summary>
    private void Settle()
    {
        lock (_gate)
        {
            _isSettled = true;
            ReopenIfDue_NeedsLock();
        }
    }

    private void ReopenIfDue_NeedsLock()
    {
        if (_isSettled && _hasJoined)
        {
            _isGarbled = false;
            _reopen.CancelAfter(_joinDelay);
        }
    }

    /// <summary>A service needs a whole list again; the others need not suffer, so there is time.</summary>
    private void EndLater()
    {
        lock (_gate)
        {
            if (!_isGarbled && !(_isSettled && _hasJoined))
            {
                _isGarbled = true;
                _reopen.CancelAfter(_context.Options.ReconnectWindow * (0.5 + _context.Random.NextDouble()));
            }
        }
    }
}
