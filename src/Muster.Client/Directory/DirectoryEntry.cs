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
/// What a server lists although it was told to be deregistered is not in the view for a while (<c>late</c>).
/// </remarks>
internal class DirectoryEntry(string service, EvidenceOptions evidence, int maxInstances)
{
    private readonly InstanceList _claimed = new();
    private readonly InstanceList _held = new();
    private readonly InstanceList _late = new();
    private readonly Departures _departures = new(evidence.Period, maxInstances);
    private readonly List<RegistryNews> _batch = [];
    private bool _isListed;
    private long _stream;
    private long _streamIndex;
    private readonly Dictionary<InstanceKey, (TimeSpan Since, long Answers)> _doubts = [];
    private long _answers;
    private TimeSpan _erodingSince;
    private int _eroded;

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
                _stream += news is RegistryNews.StreamBegan ? 1 : 0;
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

        List<ServiceInstance> lost = FindLost(next, listed.Removals, now);
        SetLateAside(next, now);
        bool keepsLost = lost.Count > 0 && IsDoubtful(lost.Count, next.Count, now);
        bool began = keepsLost && _held.Count == 0;
        _claimed.Clear();
        foreach (ServiceInstance instance in next.Items)
        {
            Claim(instance);
        }

        _held.Clear();
        foreach (ServiceInstance instance in lost)
        {
            if (keepsLost)
            {
                _held.Set(instance);
            }
        }

        _batch.Clear();
        _isListed = true;
        _streamIndex = listed.Index;
        Cursor = listed.Cursor;
        NoteDoubts(now);
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

            explanations ??= ToExplanations(removals);
            if (explanations.TryGetValue(InstanceKey.Of(known), out Removal? removal) && removal.Explains(known))
            {
                _departures.Note(known, removal, _stream, now);
            }
            else
            {
                lost.Add(known);
            }
        }

        return lost;
    }

    /// <summary>Takes off a list what its server only lists because it has not heard of its end.</summary>
    private void SetLateAside(InstanceList next, TimeSpan now)
    {
        _late.Clear();
        foreach (ServiceInstance instance in next.Items)
        {
            if (IsLate(instance, stream: null, now))
            {
                _late.Set(instance);
            }
        }

        foreach (ServiceInstance instance in _late.Items)
        {
            next.Remove(InstanceKey.Of(instance));
        }
    }

    /// <inheritdoc cref="Departures.IsLate" />
    protected virtual bool IsLate(ServiceInstance shown, long? stream, TimeSpan now) => _departures.IsLate(shown, stream, now);

    private void Claim(ServiceInstance instance)
    {
        InstanceKey key = InstanceKey.Of(instance);
        _departures.Forget(key);
        _late.Remove(key);
        _claimed.Set(KeepIfSame(instance));
    }

    /// <summary>Those that the registry goes on to list for so long are there after all.</summary>
    private void BelieveLate(TimeSpan now)
    {
        _departures.ForgetOld(now);
        for (int i = _late.Count - 1; i >= 0; i--)
        {
            if (!IsLate(_late.Items[i], stream: null, now))
            {
                Claim(_late.Items[i]);
            }
        }
    }

    /// <summary>The latest removal of each instance.</summary>
    private static Dictionary<InstanceKey, Removal> ToExplanations(IReadOnlyList<Removal> removals)
    {
        var latest = new Dictionary<InstanceKey, Removal>(removals.Count);
        foreach (Removal removal in removals)
        {
            if (!latest.TryGetValue(removal.Key, out Removal? other) || !(removal.At < other.At))
            {
                latest[removal.Key] = removal;
            }
        }

        return latest;
    }

    private bool IsDoubtful(int lost, int left, TimeSpan now)
    {
        if (left == 0 || _held.Count > 0)
        {
            return true;
        }

        if (View.Source == ViewSource.Disk)
        {
            // a list from disk is old: any list of the registry but an empty one is better
            return false;
        }

        if (_eroded == 0 || now - _erodingSince >= evidence.Period)
        {
            (_erodingSince, _eroded) = (now, 0);
        }

        // small losses that follow each other are a large one
        if (lost + _eroded > evidence.MaxUnexplainedLoss * (View.Instances.Length + _eroded))
        {
            return true;
        }

        _eroded += lost;
        return false;
    }

    private ServiceInstance KeepIfSame(ServiceInstance instance)
    {
        InstanceKey key = InstanceKey.Of(instance);
        int at = View.Instances.AsSpan().BinarySearch(new KeyComparable(key));
        return at >= 0 && InstanceContent.Same(View.Instances[at], instance) ? View.Instances[at] : instance;
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
            if (news is RegistryNews.Changed late && IsLate(late.Instance, _stream, now))
            {
                _late.Set(late.Instance);
            }
            else if (news is RegistryNews.Changed changed)
            {
                Claim(changed.Instance);
                _held.Remove(InstanceKey.Of(changed.Instance));
                unexplained?.RemoveAll(gone => InstanceKey.Of(gone) == InstanceKey.Of(changed.Instance));
            }
            else if (news is RegistryNews.Removed { Removal: var removal })
            {
                RemoveOne(removal, now, ref unexplained);
            }
        }

        _batch.Clear();
        if (unexplained is not null && IsDoubtful(unexplained.Count, _claimed.Count, now))
        {
            unexplained.ForEach(_held.Set);
        }

        NoteDoubts(now);
        return Agree(now, ViewSource.Stream) with { BeganHolding = !wasHolding && _held.Count > 0 };
    }

    private void RemoveOne(Removal removal, TimeSpan now, ref List<ServiceInstance>? unexplained)
    {
        _late.Remove(removal.Key);
        ServiceInstance? claimed = _claimed.Remove(removal.Key);
        if ((claimed ?? _held.Find(removal.Key)) is not { } gone)
        {
            return;
        }

        if (removal.Explains(gone))
        {
            _held.Remove(removal.Key);
            _departures.Note(gone, removal, _stream, now);
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

        // what happened since the cursor came before this line, and this line has its cursor
        _streamIndex = resumed.Index;
        Cursor = resumed.Cursor;
        return ApplyBatch(now);
    }

    private EntryResult Restore(RegistryNews.Restored restored, TimeSpan now)
    {
        if (_isListed || View.IsKnown || restored.Instances.Count == 0 || !_held.TryFill(restored.Instances))
        {
            return EntryResult.Nothing;
        }

        ImmutableArray<ServiceInstance> instances = _held.With(_claimed);
        _held.Clear();
        View = new ServiceView(service, instances, View.Revision + 1, ViewSource.Disk);
        Confirmation = Confirmation with { At = now - restored.Age };
        return new EntryResult(View, RejectReason.None, false, []);
    }

    /// <summary>Each kept instance has a time and confirmations of its own: those that were lost later are kept as long.</summary>
    private void NoteDoubts(TimeSpan now)
    {
        foreach (InstanceKey key in _doubts.Keys)
        {
            if (_held.Find(key) is null)
            {
                _doubts.Remove(key);
            }
        }

        foreach (ServiceInstance instance in _held.Items)
        {
            _doubts.TryAdd(InstanceKey.Of(instance), (now, _answers));
        }
    }

    /// <summary>Gives up the kept instances that enough answers over enough time agree to be gone.</summary>
    private ImmutableArray<ServiceInstance> Release(TimeSpan now)
    {
        var released = new List<ServiceInstance>();
        foreach ((InstanceKey key, (TimeSpan since, long answers)) in _doubts)
        {
            if (_answers - answers >= evidence.Confirmations && now - since >= evidence.Period && _held.Remove(key) is { } gone)
            {
                _doubts.Remove(key);
                released.Add(gone);
            }
        }

        return [.. released];
    }

    private EntryResult Agree(TimeSpan now) => Agree(now, View.Source is ViewSource.Poll ? ViewSource.Poll : ViewSource.Stream);

    /// <summary>The registry said, or repeated, what it claims: kept instances are one answer closer to being given up.</summary>
    private EntryResult Agree(TimeSpan now, ViewSource source)
    {
        _answers++;
        BelieveLate(now);
        ImmutableArray<ServiceInstance> released = _held.Count > 0 ? Release(now) : [];
        Confirmation = _held.Count > 0
            ? Confirmation.Doubted($"the registry lost {_held.Count} instances without saying why; they are kept until it has repeated that often enough")
            : new Confirmation(now, StaleReason: null);
        return new EntryResult(TryMakeView(source), RejectReason.None, false, released);
    }

    private ServiceView? TryMakeView(ViewSource source)
    {
        ImmutableArray<ServiceInstance> instances = _claimed.With(_held);
        if (View.Source == source && instances.AsSpan().SequenceEqual(View.Instances.AsSpan(), ReferenceEqualityComparer.Instance))
        {
            return null;
        }

        View = new ServiceView(service, instances, View.Revision + 1, source);
        return View;
    }

    private readonly struct KeyComparable(InstanceKey key) : IComparable<ServiceInstance>
    {
        public int CompareTo(ServiceInstance? other) => key.CompareTo(InstanceKey.Of(other!));
    }
}
