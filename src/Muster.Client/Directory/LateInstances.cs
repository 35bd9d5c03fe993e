namespace Muster.Client.Directory;

/// <summary>
/// What a server shows only because it has not heard of something newer: that the instance was deregistered, which is not in use
/// for a while then, or that it was registered anew, which stays in use as it is known. Not thread-safe.
/// </summary>
/// <param name="period">For how long.</param>
/// <param name="most">How many deregistrations are remembered.</param>
internal sealed class LateInstances(TimeSpan period, int most)
{
    private readonly Departures _departures = new(period, most);
    private readonly OutdatedForms _outdated = new(period);
    private readonly InstanceList _list = new();

    /// <inheritdoc cref="Departures.Note" />
    public void NoteEnd(ServiceInstance gone, Removal removal, long history, TimeSpan now) => _departures.Note(gone, removal, history, now);

    /// <summary>Corrects a list that a server only gives because it is late.</summary>
    /// <param name="next">The list.</param>
    /// <param name="known">What is known, in order.</param>
    /// <param name="history">Whose word it is.</param>
    /// <param name="now">The present.</param>
    public void Correct(InstanceList next, ReadOnlySpan<ServiceInstance> known, long history, TimeSpan now)
    {
        _list.Clear();
        foreach (ServiceInstance shown in next.Items)
        {
            SetAside(shown, InstanceList.Find(known, InstanceKey.Of(shown)), history, now);
        }

        _outdated.KeepOnly(_list);
        foreach (ServiceInstance shown in _list.Items)
        {
            var key = InstanceKey.Of(shown);
            if (_outdated.Contains(key) && InstanceList.Find(known, key) is { } newer)
            {
                next.Set(newer);
            }
            else
            {
                next.Remove(key);
            }
        }
    }

    /// <summary>What to use for a changed instance: what is known, or nothing, if the change only shows that its server is late.</summary>
    public ServiceInstance? Correct(ServiceInstance changed, ServiceInstance? known, long history, TimeSpan now) =>
        !SetAside(changed, known, history, now) ? changed
        : _outdated.Contains(InstanceKey.Of(changed)) ? known
        : null;

    /// <summary>Those that the registry goes on to show for so long are so after all.</summary>
    public IReadOnlyList<ServiceInstance> TakeBelieved(long history, TimeSpan now)
    {
        _departures.ForgetOld(now);
        List<ServiceInstance>? believed = null;
        foreach (ServiceInstance instance in _list.Items)
        {
            var key = InstanceKey.Of(instance);
            if (_outdated.Contains(key) ? _outdated.IsBelieved(key, now) : !_departures.IsLate(instance, history, now))
            {
                (believed ??= []).Add(instance);
            }
        }

        if (believed is null)
        {
            return [];
        }

        foreach (ServiceInstance instance in believed)
        {
            Forget(InstanceKey.Of(instance));
        }

        return believed;
    }

    /// <summary>The server no longer shows it. Returns what it showed, if that was set aside.</summary>
    public ServiceInstance? Remove(InstanceKey key)
    {
        _outdated.Forget(key);
        return _list.Remove(key);
    }

    /// <summary>Sets aside what is only shown because its server is late. False: it is not, and nothing is held against it any more.</summary>
    private bool SetAside(ServiceInstance shown, ServiceInstance? known, long history, TimeSpan now)
    {
        if (_departures.IsLate(shown, history, now) || _outdated.IsOutdated(shown, known, now))
        {
            _list.Set(shown);
            return true;
        }

        Forget(InstanceKey.Of(shown));
        return false;
    }

    /// <summary>It is in use as it is shown.</summary>
    private void Forget(InstanceKey key)
    {
        _departures.Forget(key);
        Remove(key);
    }
}
