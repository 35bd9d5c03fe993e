using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Muster.Client.Yarp;

/// <summary>
/// Expands destinations whose address names a service, such as <c>http://payments</c>, to the instances of the service. Other
/// destinations stay as they are. A registry that is away changes nothing: what was known last stays.
/// </summary>
internal sealed class MusterDestinationResolver(MusterClient client, TimeProvider time) : IDestinationResolver
{
    private readonly Lock _gate = new();

    /// <summary>The living watches by what was configured: a reload that changes nothing adds none.</summary>
    private readonly Dictionary<string, DestinationWatch> _watches = new(StringComparer.Ordinal);

    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var set = new DestinationSet(destinations, client);
        if (set.Services.Count == 0)
        {
            return new ResolvedDestinationCollection(destinations, null);
        }

        foreach (ServiceHandle service in set.Services)
        {
            await WaitForFirstAsync(service, cancellationToken).ConfigureAwait(false);
        }

        string key = KeyOf(destinations);
        lock (_gate)
        {
            if (!_watches.TryGetValue(key, out DestinationWatch? watch) || watch.HasEnded)
            {
                watch = new DestinationWatch(set, time, ended => Forget(key, ended));
                _watches[key] = watch;
            }

            return watch.Resolved;
        }
    }

    /// <summary>A proxy starts without its registry as well: the destinations come when the registry does.</summary>
    private static async Task WaitForFirstAsync(ServiceHandle service, CancellationToken cancellationToken)
    {
        try
        {
            await service.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceUnknownException)
        {
            // nothing is known yet; the watch sees the first view
        }
    }

    private static string KeyOf(IReadOnlyDictionary<string, DestinationConfig> destinations)
    {
        var key = new StringBuilder();
        foreach ((string name, DestinationConfig config) in destinations.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            key.Append(name).Append('\0').Append(config.Address).Append('\0').Append(config.Health).Append('\0').Append(config.Host).Append('\0');
            foreach ((string item, string value) in (config.Metadata ?? new Dictionary<string, string>()).OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                key.Append(item).Append('\0').Append(value).Append('\0');
            }

            key.Append('\n');
        }

        return key.ToString();
    }

    private void Forget(string key, DestinationWatch ended)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(key, out DestinationWatch? watch) && ReferenceEquals(watch, ended))
            {
                _watches.Remove(key);
            }
        }
    }
}
