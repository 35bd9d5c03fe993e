namespace Muster.Client.Directory;

/// <summary>
/// Which instances a server shows as they were before what is known of them, because it has not heard of their last
/// registration. Not thread-safe.
/// </summary>
/// <remarks>
/// Servers of a cluster give registrations versions that can be compared. Whichever servers show an instance, of two forms the
/// one with the higher version is what all of them show in the end, if it is not gone by then. After <paramref name="period"/> a
/// server that goes on to show the other one is believed: the newer registration may have been lost with the server that took it.
/// </remarks>
/// <param name="period">For how long what is known is held against a server that shows what was before.</param>
internal sealed class OutdatedForms(TimeSpan period)
{
    private readonly Dictionary<InstanceKey, TimeSpan> _since = [];

    /// <summary>Whether what a server shows is older than what is known, and the server is not yet believed.</summary>
    /// <param name="shown">What the server shows.</param>
    /// <param name="known">What is known of the instance; null for nothing.</param>
    /// <param name="now">The present.</param>
    public bool IsOutdated(ServiceInstance shown, ServiceInstance? known, TimeSpan now)
    {
        if (known is null || !IsOlder(shown, known))
        {
            return false;
        }

        var key = InstanceKey.Of(shown);
        _since.TryAdd(key, now);
        return !IsBelieved(key, now);
    }

    /// <summary>Whether what the server shows of it was outdated when it was last looked at.</summary>
    public bool Contains(InstanceKey key) => _since.ContainsKey(key);

    /// <summary>Whether a server has shown it for so long that it is believed.</summary>
    public bool IsBelieved(InstanceKey key, TimeSpan now) => _since.TryGetValue(key, out TimeSpan since) && now - since >= period;

    /// <summary>No server shows an older form of it any more.</summary>
    public void Forget(InstanceKey key) => _since.Remove(key);

    /// <summary>Forgets all that are not in a list.</summary>
    public void KeepOnly(InstanceList shown)
    {
        foreach (InstanceKey key in _since.Keys)
        {
            if (shown.Find(key) is null)
            {
                _since.Remove(key);
            }
        }
    }

    /// <summary>Versions of which one is not known say nothing, nor does one of equal content: what checks found has none of its own here.</summary>
    private static bool IsOlder(ServiceInstance shown, ServiceInstance known) =>
        shown.Version > 0 && shown.Version < known.Version && !InstanceContent.SameRegistration(shown, known);
}
