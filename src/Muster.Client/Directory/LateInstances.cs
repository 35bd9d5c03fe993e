namespace Muster.Client.Directory;

/// <summary>
/// What a server lists, or says to have changed, only because it has not heard that it was deregistered: it is not in use for
/// a while. Not thread-safe.
/// </summary>
/// <param name="period">For how long.</param>
/// <param name="most">How many deregistrations are remembered.</param>
internal sealed class LateInstances(TimeSpan period, int most)
{
    private readonly Departures _departures = new(period, most);
    private readonly InstanceList _list = new();

    /// <inheritdoc cref="Departures.Note" />
    public void NoteEnd(ServiceInstance gone, Removal removal, long history, TimeSpan now) => _departures.Note(gone, removal, history, now);

    /// <summary>Takes off a list what its server only lists because it has not heard of its end.</summary>
    public void SetAside(InstanceList next, long history, TimeSpan now)
    {
        _list.Clear();
        foreach (ServiceInstance instance in next.Items)
        {
            if (_departures.IsLate(instance, history, now))
            {
                _list.Set(instance);
            }
        }

        foreach (ServiceInstance instance in _list.Items)
        {
            next.Remove(InstanceKey.Of(instance));
        }
    }

    /// <summary>Whether a change only shows that its server has not heard of an end; the instance is set aside then.</summary>
    public bool TrySetAside(ServiceInstance changed, long history, TimeSpan now)
    {
        if (!_departures.IsLate(changed, history, now))
        {
            return false;
        }

        _list.Set(changed);
        return true;
    }

    /// <summary>Those that the registry goes on to list for so long are there after all.</summary>
    public IReadOnlyList<ServiceInstance> FindBelieved(long history, TimeSpan now)
    {
        _departures.ForgetOld(now);
        List<ServiceInstance>? believed = null;
        foreach (ServiceInstance instance in _list.Items)
        {
            if (!_departures.IsLate(instance, history, now))
            {
                (believed ??= []).Add(instance);
            }
        }

        return believed ?? (IReadOnlyList<ServiceInstance>)[];
    }

    /// <summary>The server no longer lists it.</summary>
    public void Remove(InstanceKey key) => _list.Remove(key);

    /// <summary>It is in use again.</summary>
    public void Forget(InstanceKey key)
    {
        _departures.Forget(key);
        _list.Remove(key);
    }
}
