namespace Muster.Client.Directory;

/// <summary>When the registry last confirmed a service's list, and why it can no longer. One writer, any reader.</summary>
internal sealed class ConfirmationRecord
{
    private const string NeverHeard = "the registry has not answered yet";
    private long _confirmedAt;
    private volatile bool _isKnown;
    private volatile string? _reason = NeverHeard;

    /// <summary>Why the list is stale; null while it is confirmed.</summary>
    public string? StaleReason => _reason;

    /// <summary>The registry stands by the list.</summary>
    public void Confirm(TimeSpan now)
    {
        Volatile.Write(ref _confirmedAt, now.Ticks);
        _isKnown = true;
        _reason = null;
    }

    /// <summary>The list came from elsewhere: the registry stood by it some time ago.</summary>
    public void Restore(TimeSpan confirmedAt, string reason)
    {
        Volatile.Write(ref _confirmedAt, confirmedAt.Ticks);
        _isKnown = true;
        _reason = reason;
    }

    /// <summary>The list stays, but the registry does not confirm it.</summary>
    public void Doubt(string reason) => _reason = reason;

    public Freshness ToFreshness(TimeSpan now, TimeSpan staleAfter)
    {
        if (!_isKnown)
        {
            return new Freshness(true, TimeSpan.Zero, _reason);
        }

        TimeSpan age = now - new TimeSpan(Volatile.Read(ref _confirmedAt));
        age = age > TimeSpan.Zero ? age : TimeSpan.Zero;
        string? reason = _reason;
        return reason is null && age > staleAfter
            ? new Freshness(true, age, $"the registry was last heard {age.TotalSeconds:0} s ago")
            : new Freshness(reason is not null, age, reason);
    }
}
