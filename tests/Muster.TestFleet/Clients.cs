using Muster.Client;
using Muster.Client.Http;

namespace Muster.TestFleet;

/// <summary>How the roles make their clients: by hand, because one process has many of them.</summary>
internal static class Clients
{
    /// <summary>A client after the arguments; each has randomness of its own.</summary>
    public static MusterClient Make(Arguments arguments, int number)
    {
        var options = new MusterClientOptions();
        foreach (Uri address in arguments.Addresses())
        {
            options.Addresses.Add(address);
        }

        if (arguments.Text("snapshot") is { } path)
        {
            options.Snapshot.Path = number == 0 ? path : $"{path}.{number}";
            options.Snapshot.SaveDelay = TimeSpan.FromMilliseconds(200);
        }

        double longest = arguments.Number("reconnect", 10_000);
        options.Watch.ReconnectFirst = TimeSpan.FromMilliseconds(Math.Min(1000, longest));
        options.Watch.ReconnectWindow = TimeSpan.FromMilliseconds(longest);
        options.Watch.StreamRetry = TimeSpan.FromMilliseconds(longest);
        return new MusterClient(options, TimeProvider.System, new Random());
    }

    /// <summary>An HttpClient through discovery, with what is to see its single attempts.</summary>
    public static HttpClient MakeHttp(MusterClient client, HttpMessageHandler attempts) => new(new DiscoveryHandler(client) { InnerHandler = attempts });
}
