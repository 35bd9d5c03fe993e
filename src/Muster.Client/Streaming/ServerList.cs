namespace Muster.Client.Streaming;

/// <summary>
/// The registry's servers: one is used as long as it works, so that its caches and cursors stay of use; a failure moves on
/// to the next. Clients begin at a random one. Thread-safe.
/// </summary>
internal sealed class ServerList
{
    private readonly Uri[] _servers;
    private volatile Uri _current;

    /// <summary>Takes base addresses; each may have a path.</summary>
    public ServerList(IEnumerable<Uri> addresses, Random random)
    {
        _servers = [.. addresses.Select(WithSlash).Distinct()];
        if (_servers.Length == 0)
        {
            _servers = [WithSlash(MusterClientOptions.DefaultAddress)];
        }

        random.Shuffle(_servers);
        _current = _servers[0];
    }

    /// <summary>How many there are.</summary>
    public int Count => _servers.Length;

    /// <summary>The one to use, with a slash at the end.</summary>
    public Uri Current => _current;

    /// <summary>Moves on because a server failed; does nothing if another caller has moved on from it already.</summary>
    public void MoveOn(Uri failed)
    {
        Uri current = _current;
        if (ReferenceEquals(current, failed) || current == failed)
        {
            Uri next = _servers[(Array.IndexOf(_servers, current) + 1) % _servers.Length];
            Interlocked.CompareExchange(ref _current, next, current);
        }
    }

    private static Uri WithSlash(Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
