using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>The services in use, in the order they joined. Any thread adds; the loops read.</summary>
internal sealed class ServiceDirectory : IDisposable
{
    private readonly Lock _gate = new();
    private FollowedService[] _services = [];
    private CancellationTokenSource _joined = new();
    private volatile string? _unreachable;

    /// <summary>All services in use.</summary>
    public FollowedService[] Services => Volatile.Read(ref _services);

    /// <summary>Why the registry cannot be reached at present; null when it can, or nobody has tried.</summary>
    public string? Unreachable => _unreachable;

    /// <summary>All services in use, and a token that fires when another one joins.</summary>
    public (FollowedService[] Services, CancellationToken Joined) Observe()
    {
        lock (_gate)
        {
            return (_services, _joined.Token);
        }
    }

    public void Add(FollowedService service)
    {
        CancellationTokenSource joined;
        lock (_gate)
        {
            Volatile.Write(ref _services, [.. _services, service]);
            joined = _joined;
            _joined = new CancellationTokenSource();
        }

        // not here: it runs what others registered, and who asks for a service must not wait for that
        _ = joined.CancelAsync();
    }

    /// <summary>Tells every service the same.</summary>
    public void TellAll(RegistryNews news, TimeSpan now)
    {
        foreach (FollowedService service in Services)
        {
            service.Take(news, now);
        }
    }

    /// <summary>The registry cannot be heard: what is known stays in use, and what is on disk comes into use.</summary>
    public void BeUnreachable(string reason, TimeSpan now)
    {
        _unreachable = reason;
        var news = new RegistryNews.Unheard(reason);
        foreach (FollowedService service in Services)
        {
            service.Take(news, now);
            service.UseDisk(now);
        }
    }

    public void Dispose() => _joined.Dispose();

    public void BeReachable() => _unreachable = null;
}
