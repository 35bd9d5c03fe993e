namespace Muster.Catalog;

/// <summary>Who left a service: a list from the newest to the oldest that is remembered.</summary>
/// <remarks>
/// One writer, any number of readers without a lock. A removal is here before the snapshot without the instance is
/// published. Readers walk first and read <see cref="CompleteSince"/> after: what was forgotten under their feet lies
/// before it.
/// </remarks>
public sealed class RemovalHistory
{
    private Removal? _newest, _oldest;
    private long _completeSince;

    internal RemovalHistory(long completeSince) => _completeSince = completeSince;

    /// <summary>The last removal, null when none is remembered.</summary>
    public Removal? Newest => Volatile.Read(ref _newest);

    /// <summary>Every removal with a higher index than this is here.</summary>
    public long CompleteSince => Volatile.Read(ref _completeSince);

    internal Removal Add(string node, string id, RemovalKind kind, string cause, DateTimeOffset time, long index)
    {
        var removal = new Removal(node, id, kind, cause, time, index, _newest);
        if (_newest is null)
        {
            _oldest = removal;
        }
        else
        {
            _newest.Newer = removal;
        }

        Volatile.Write(ref _newest, removal);
        return removal;
    }

    /// <summary>Forgets the oldest.</summary>
    internal void ForgetOldest()
    {
        if (_oldest is not { } oldest)
        {
            return;
        }

        Volatile.Write(ref _completeSince, Math.Max(_completeSince, oldest.Index));
        _oldest = oldest.Newer;
        if (_oldest is null)
        {
            Volatile.Write(ref _newest, null);
        }
        else
        {
            _oldest.ForgetOlder();
        }
    }

    /// <summary>Nothing is known of what was before <paramref name="index"/>.</summary>
    internal void Begin(long index) => Volatile.Write(ref _completeSince, index);
}
