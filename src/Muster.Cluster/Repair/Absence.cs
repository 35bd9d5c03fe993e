namespace Muster.Cluster.Repair;

/// <summary>
/// Since when this server has been out of touch with the others: what they deregistered, and forgot that they did, while it
/// was, it must not bring back.
/// </summary>
/// <param name="notice">A link that ended while this server stood still is found to have ended within this time.</param>
internal sealed class Absence(TimeSpan notice)
{
    private Moment? _since;
    private Moment _stoodSince, _stoodUntil;

    /// <summary>This server did not run for a while; its links may have ended meanwhile.</summary>
    internal void NotePause(Moment from, Moment until)
    {
        bool goesOn = _stoodUntil.Until(from) <= notice;
        (_stoodSince, _stoodUntil) = (goesOn ? _stoodSince : from, until);
    }

    /// <summary>There is no link any more.</summary>
    internal void Begin(Moment now) => _since ??= PauseBefore(now) ?? now;

    /// <summary>There is a link; returns how long there was none.</summary>
    internal TimeSpan End(Moment now)
    {
        Moment? since = _since ?? PauseBefore(now);
        _since = null;
        _stoodUntil = default;
        return since?.Until(now) ?? TimeSpan.Zero;
    }

    private Moment? PauseBefore(Moment now) => _stoodUntil != default && _stoodUntil.Until(now) <= notice ? _stoodSince : null;
}
