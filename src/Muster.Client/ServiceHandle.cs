using Muster.Client.Balancing;

namespace Muster.Client;

/// <summary>A service that an application uses: hold it, and each pick costs nanoseconds and no allocation. Thread-safe.</summary>
public sealed class ServiceHandle
{
    private readonly Balancer _balancer;
    private volatile ServiceView _view;

    internal ServiceHandle(string name, Balancer balancer)
    {
        Name = name;
        _balancer = balancer;
        _view = ServiceView.Unknown(name);
    }

    /// <summary>The service's name.</summary>
    public string Name { get; }

    /// <summary>What is known now; never waits.</summary>
    public ServiceView View => _view;

    /// <summary>An instance to call now, by the service's policy; null when none is known. Never waits.</summary>
    public Target? Pick() => _balancer.Pick(default);

    /// <summary>An instance to call, for a request with a sticky key or after failed attempts; null when none is known.</summary>
    public Target? Pick(in PickContext context) => _balancer.Pick(context);

    internal Balancer Balancer => _balancer;

    /// <summary>Takes a new view. Called by the directory, one call at a time.</summary>
    internal void Publish(ServiceView view)
    {
        _view = view;
        _balancer.Update(view);
    }
}
