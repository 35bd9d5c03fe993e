using System.Collections.Concurrent;
using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client;

/// <summary>
/// An application's view of the registry: handles for the services it uses, kept current in the background. One per
/// process and registry; thread-safe.
/// </summary>
public sealed class MusterClient : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ServiceHandle> _handles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Random _random;

    /// <summary>Makes a client. Nothing is contacted before the first service is used.</summary>
    public MusterClient(MusterClientOptions options, TimeProvider time, Random random)
    {
        Options = options;
        Time = time;
        _random = random;
    }

    /// <summary>The options it was made with.</summary>
    public MusterClientOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>The handle of a service. Begins to follow the service at the first call; returns the same handle ever after.</summary>
    public ServiceHandle Service(string name) =>
        _handles.TryGetValue(name, out ServiceHandle? handle)
            ? handle
            : _handles.GetOrAdd(name, static (key, client) => new ServiceHandle(key, client.BalancerOf(key)), this);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Balancer BalancerOf(string service)
    {
        ServiceOptions options = Options.Services.TryGetValue(service, out ServiceOptions? own) ? own : Options.Defaults;
        return new Balancer(new BalancerSettings
        {
            Options = options,
            Availability = new ServiceHealth(new ServiceHealthSettings
            {
                Service = service,
                Ejection = options.Ejection,
                Breaker = options.Breaker,
                Time = Time,
                Random = _random,
            }),
            Zone = Options.Zone,
            Region = Options.Region,
            Time = Time,
            Random = _random,
        });
    }
}
