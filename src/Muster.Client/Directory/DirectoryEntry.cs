using System.Collections.Immutable;

namespace Muster.Client.Directory;

/// <summary>
/// What is known of one service, and whether news of it are believed: a pure state machine, news and time in, at most one
/// new view out. The rules are in <c>docs/design/client-directory.md</c>. Not thread-safe.
/// </summary>
/// <remarks>
/// The view is what the registry lists (<c>claimed</c>) and what is kept although it no longer lists it (<c>held</c>). An
/// instance goes from the first to the second when it disappears without evidence and the loss is too large to be believed
/// at once; it leaves the second by coming back, by evidence, or when enough answers over enough time agree that it is gone.
/// What a server lists although it was told to be deregistered is not in the view for a while, and what it lists as it was before
/// a newer registration is in the view as that says (<c>late</c>).
/// </remarks>
internal class DirectoryEntry(string service, EvidenceOptions evidence, int maxInstances)
{
    private readonly InstanceList _claimed = new();
    private readonly HeldInstances _held = new(evidence, maxInstances);
    private readonly LateInstances _late = new(evidence.Period, maxInstances);
    private readonly List<RegistryNews> _batch = [];
    private bool _isListed;
    private bool _isNewStream;
    private long _history;
    private long _streamIndex;

    /// <summary>The view that was made last.</summary>
    public ServiceView View { get; private set; } = ServiceView.Unknown(service);

    /// <summary>When the registry last stood by the view, and why it no longer does.</summary>
    public Confirmation Confirmation { get; private set; } = Confirmation.None;

    /// <summary>Where a new stream may go on; null when it must begin with a list.</summary>
    public string? Cursor { get; private set; }

    /// <summary>How many instances are kept that the registry no longer lists.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Takes news.</summary>
    public virtual EntryResult Apply(RegistryNews news, TimeSpan now)
    {
        switch (news)
        {
            case RegistryNews.StreamBegan or RegistryNews.StreamEnded:
                // half a change is none: the cursor has not moved, so the next stream tells it again
                _batch.Clear();
                _isNewStream |= news is RegistryNews.StreamBegan;
                _streamIndex = 0;
                return EntryResult.Nothing;
            case RegistryNews.Listed listed:
                return List(listed, now);
            case RegistryNews.Changed changed:
                return Change(changed, changed.Cursor, changed.Index, now);
            case RegistryNews.Removed removed:
                return Change(removed, removed.Cursor, removed.Index, now);
            case RegistryNews.Resumed resumed:
                return Resume(resumed, now);
            case RegistryNews.StillSo:
                return _isListed ? Agree(now) : EntryResult.Nothing;
            case RegistryNews.Garbled garbled:
                return Refuse(garbled.Reason);
            case RegistryNews.Unheard unheard:
                Confirmation = Confirmation.Doubted(unheard.Reason);
                return EntryResult.Nothing;
            case RegistryNews.Restored restored:
                return Restore(restored, now);
            default:
                throw new ArgumentOutOfRangeException(nameof(news));
        }
    }

    private EntryResult Refuse(RejectReason reason)
    {
        // What follows on this stream would be applied to the wrong list: nothing counts before the next whole list.
        _batch.Clear();
        _isListed = false;
        Cursor = null;
        Confirmation = Confirmation.Doubted($"the registry's answer could not be believed: {reason.ToTag()}");
        return EntryResult.Refused(reason);
    }

    private EntryResult List(RegistryNews.Listed listed, TimeSpan now)
    {
        if (listed.Instances.Count > maxInstances)
        {
            return Refuse(RejectReason.TooMany);
        }

        var next = new InstanceList();
        if (!next.TryFill(listed.Instances))
        {
            return Refuse(RejectReason.DuplicateInstance);
        }

        if (_isNewStream || listed.Source == ViewSource.Poll)
        {
            // maybe another server's word; one that resumes the stream before it goes on where that one ended
            _history++;
            _isNewStream = false;
        }

        List<ServiceInstance> lost = FindLost(next, listed.Removals, now);
        _late.Correct(next, View.Instances.AsSpan(), _history, now);
        bool keepsLost = lost.Count > 0 && _held.IsDoubtful(lost.Count, next.Count, View, now);
        bool began = keepsLost && _held.Count == 0;
        _claimed.Clear();
        foreach (ServiceInstance instance in next.Items)
        {
            Claim(instance);
        }

        _held.KeepOnly(keepsLost ? lost : [], now);
        _batch.Clear();
        _isListed = true;
        _streamIndex = listed.Index;
        Cursor = listed.Cursor;
        return Agree(now, listed.Source) with { BeganHolding = began };
    }

    /// <summary>Known instances that are not in the list and whose end is not explained.</summary>
    private List<ServiceInstance> FindLost(InstanceList next, IReadOnlyList<Removal> removals, TimeSpan now)
    {
        var lost = new List<ServiceInstance>();
        Dictionary<InstanceKey, Removal>? explanations = null;
        foreach (ServiceInstance known in View.Instances)
        {
            if (next.Find(InstanceKey.Of(known)) is not null)
            {
                continue;
            }

            explanations ??= Removal.LatestOfEach(removals);
            if (explanations.TryGetValue(InstanceKey.Of(known), out Removal? removal) && removal.Explains(known))
            {
                _late.NoteEnd(known, removal, _history, now);
            }
            else
            {
                lost.Add(known);
            }
        }

        return lost;
    }

    private void Claim(ServiceInstance instance)
    {
        ServiceInstance? known = InstanceList.Find(View.Instances.AsSpan(), InstanceKey.Of(instance));
        if (known?.Version > instance.Version && InstanceContent.SameRegistration(known, instance))
        {
            // a server that is late tells the health of what is known, whose version is not forgotten for that
            instance = instance with { Version = known.Version };
        }

        // readers compare by reference: what says the same, in the same version, stays the same
        _claimed.Set(known?.Version == instance.Version && InstanceContent.Same(known, instance) ? known : instance);
    }

    private EntryResult Change(RegistryNews news, string? cursor, long index, TimeSpan now)
    {
        if (!_isListed)
        {
            return EntryResult.Refused(RejectReason.OutOfOrder);
        }

        if (index < _streamIndex)
        {
            return Refuse(RejectReason.IndexBackwards);
        }

        if (_batch.Count + _claimed.Count > 2L * maxInstances)
        {
            return Refuse(RejectReason.TooMany);
        }

        _streamIndex = index;
        _batch.Add(news);
        if (cursor is null)
        {
            return EntryResult.Nothing;
        }

        Cursor = cursor;
        return ApplyBatch(now);
    }

    private EntryResult ApplyBatch(TimeSpan now)
    {
        bool wasHolding = _held.Count > 0;
        List<ServiceInstance>? unexplained = null;
        foreach (RegistryNews news in _batch)
        {
            if (news is RegistryNews.Changed changed)
            {
                var key = InstanceKey.Of(changed.Instance);
                if (_late.Correct(changed.Instance, _claimed.Find(key) ?? _held.Find(key), _history, now) is { } present)
                {
                    Claim(present);
                    _held.Remove(key);
                    unexplained?.RemoveAll(gone => InstanceKey.Of(gone) == key);
                }
            }
            else if (news is RegistryNews.Removed { Removal: var removal })
            {
                RemoveOne(removal, now, ref unexplained);
            }
        }

        _batch.Clear();
        if (unexplained is not null && _held.IsDoubtful(unexplained.Count, _claimed.Count, View, now))
        {
            _held.Keep(unexplained, now);
        }

        return Agree(now, ViewSource.Stream) with { BeganHolding = !wasHolding && _held.Count > 0 };
    }

    private void RemoveOne(Removal removal, TimeSpan now, ref List<ServiceInstance>? unexplained)
    {
        ServiceInstance? setAside = _late.Remove(removal.Key);
        ServiceInstance? claimed = _claimed.Remove(removal.Key);
        if ((claimed ?? _held.Find(removal.Key)) is not { } gone)
        {
            return;
        }

        if (removal.Explains(gone))
        {
            _held.Remove(removal.Key);
            // a server that is late tells the end of the life that it showed
            _late.NoteEnd(setAside ?? gone, removal, _history, now);
        }
        else if (claimed is not null)
        {
            (unexplained ??= []).Add(claimed);
        }
    }

    private EntryResult Resume(RegistryNews.Resumed resumed, TimeSpan now)
    {
        if (!_isListed || Cursor is null)
        {
            return Refuse(RejectReason.OutOfOrder);
        }

        if (resumed.Index < _streamIndex)
        {
            return Refuse(RejectReason.IndexBackwards);
        }

        _isNewStream = false;
        // what happened since the cursor came before this line, and this line has its cursor
        _streamIndex = resumed.Index;
        Cursor = resumed.Cursor;
        return ApplyBatch(now);
    }

    private EntryResult Restore(RegistryNews.Restored restored, TimeSpan now)
    {
        var list = new InstanceList();
        if (_isListed || View.IsKnown || restored.Instances.Count == 0 || !list.TryFill(restored.Instances))
        {
            return EntryResult.Nothing;
        }

        View = new ServiceView(service, [.. list.Items], View.Revision + 1, ViewSource.Disk);
        Confirmation = Confirmation with { At = now - restored.Age };
        return new EntryResult(View, RejectReason.None, false, []);
    }

    private EntryResult Agree(TimeSpan now) => Agree(now, View.Source is ViewSource.Poll ? ViewSource.Poll : ViewSource.Stream);

    /// <summary>The registry said, or repeated, what it claims: kept instances are one answer closer to being given up.</summary>
    private EntryResult Agree(TimeSpan now, ViewSource source)
    {
        foreach (ServiceInstance instance in _late.TakeBelieved(_history, now))
        {
            Claim(instance);
        }

        ImmutableArray<ServiceInstance> released = _held.TakeAnswer(now);
        Confirmation = _held.Count > 0
            ? Confirmation.Doubted($"the registry lost {_held.Count} instances without saying why; they are kept until it has repeated that often enough")
            : new Confirmation(now, StaleReason: null);
        return new EntryResult(TryMakeView(source), RejectReason.None, false, released);
    }

    private ServiceView? TryMakeView(ViewSource source)
    {
        if (View.Source == source && _claimed.IsWith(_held.List, View.Instances.AsSpan()))
        {
            return null;
        }

        View = new ServiceView(service, _claimed.With(_held.List), View.Revision + 1, source);
        return View;
    }
}
