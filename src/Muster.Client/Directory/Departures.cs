namespace Muster.Client.Directory;

/// <summary>
/// Who was deregistered lately, to recognise a server that has not heard of it yet. In a cluster that is cut, the server that
/// a client turns to may list for a while what another one has told it to be gone. Not thread-safe.
/// </summary>
/// <remarks>
/// A list is late if it shows the very registration that ended: one made later, or with a higher epoch, is another life and
/// counts at once. After <paramref name="period"/> a server that goes on to list it is believed: the deregistration may have
/// lost against something newer.
/// </remarks>
/// <param name="period">How long what was told is held against a server that does not know it.</param>
/// <param name="most">How many are remembered: the latest.</param>
internal sealed class Departures(TimeSpan period, int most)
{
    private readonly Dictionary<InstanceKey, Departure> _departed = [];
    private readonly Queue<(InstanceKey Key, TimeSpan At)> _inOrder = [];

    /// <summary>Remembers that an instance left, if that is why.</summary>
    /// <param name="gone">The instance.</param>
    /// <param name="removal">Why it left.</param>
    /// <param name="history">Whose word it is: a stream, and those that resumed it.</param>
    /// <param name="now">The present.</param>
    public void Note(ServiceInstance gone, Removal removal, long history, TimeSpan now)
    {
        if (removal.Kind != "deregistered" || gone.RegisteredAt is not { } registeredAt)
        {
            return;
        }

        if (_inOrder.Count >= most)
        {
            ForgetOldest();
        }

        _departed[removal.Key] = new Departure(registeredAt, gone.Epoch, history, now);
        _inOrder.Enqueue((removal.Key, now));
    }

    /// <summary>
    /// Whether a server that shows an instance has only not heard of its end. One history tells things in their order: what it
    /// shows after an end that it told itself is newer.
    /// </summary>
    /// <param name="shown">What the server shows.</param>
    /// <param name="history">Whose word it is.</param>
    /// <param name="now">The present.</param>
    public bool IsLate(ServiceInstance shown, long history, TimeSpan now) =>
        _departed.TryGetValue(InstanceKey.Of(shown), out Departure departure)
        && departure.History != history
        && now - departure.At < period
        && shown.Epoch <= departure.Epoch
        && shown.RegisteredAt <= departure.RegisteredAt;

    /// <summary>It is there again.</summary>
    public void Forget(InstanceKey key) => _departed.Remove(key);

    /// <summary>Forgets those that nobody is held to any more.</summary>
    public void ForgetOld(TimeSpan now)
    {
        while (_inOrder.TryPeek(out (InstanceKey Key, TimeSpan At) oldest) && now - oldest.At >= period)
        {
            ForgetOldest();
        }
    }

    private void ForgetOldest()
    {
        (InstanceKey key, TimeSpan at) = _inOrder.Dequeue();
        if (_departed.TryGetValue(key, out Departure departure) && departure.At == at)
        {
            _departed.Remove(key);
        }
    }

    private readonly record struct Departure(DateTimeOffset RegisteredAt, long Epoch, long History, TimeSpan At);
}
