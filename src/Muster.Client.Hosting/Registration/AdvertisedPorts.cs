namespace Muster.Client.Hosting.Registration;

/// <summary>Which of the addresses a web server is bound to are told to the registry. Pure.</summary>
/// <param name="Main">The bound address whose port is the instance's; null if the options give the port.</param>
/// <param name="Port">The main port.</param>
/// <param name="Ports">The named ports.</param>
internal sealed record AdvertisedPorts(BoundAddress? Main, int Port, IReadOnlyDictionary<string, int> Ports)
{
    /// <summary>Chooses. Null when there is nothing to choose from and the options give no port.</summary>
    public static AdvertisedPorts? Choose(IEnumerable<string> bound, string? scheme, int? port, IReadOnlyDictionary<string, int> ports)
    {
        if (port is { } given)
        {
            // whoever maps ports knows which of them lead here; the bound ones may not
            return new AdvertisedPorts(null, given, ports);
        }

        BoundAddress[] addresses = [.. Parse(bound).OrderBy(address => address.IsLoopback).ThenBy(address => address.Scheme != (scheme ?? "http"))];
        if (addresses is not [{ } main, ..])
        {
            return null;
        }

        var named = new Dictionary<string, int>(ports, StringComparer.Ordinal);
        foreach (BoundAddress address in addresses.Where(address => IsReachedAlike(address, main)))
        {
            named.TryAdd(address.Scheme, address.Port);
        }

        return new AdvertisedPorts(main, main.Port, named);
    }

    private static IEnumerable<BoundAddress> Parse(IEnumerable<string> bound)
    {
        foreach (string text in bound)
        {
            if (BoundAddress.TryParse(text, out BoundAddress? address))
            {
                yield return address;
            }
        }
    }

    /// <summary>An instance has one address for all of its ports.</summary>
    private static bool IsReachedAlike(BoundAddress address, BoundAddress main) =>
        address.IsWildcard || (address.IsLoopback && main.IsLoopback) || address.Host == main.Host;
}
