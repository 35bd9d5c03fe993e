using Muster.Model;

namespace Muster.Catalog;

// Who is responsible for an instance: it alone expires it.
public sealed partial class Catalog
{
    private bool IsMine(Tenure tenure) => _entries is null || tenure.Owner == Origin;

    /// <summary>A node has no tenure of its own: who wrote it last is responsible for its checks.</summary>
    private bool IsMine(Node node) => _entries is null || node.Version.Origin == Origin;

    private bool IsMine(object? owner) => owner switch
    {
        Instance instance => IsMine(instance.Tenure),
        NodeEntry home => IsMine(home.Current),
        _ => true,
    };

    /// <summary>On whose host an instance lives its node tells, which may come later: then its critical checks may remove it, or no more.</summary>
    private void ReachAnew(Instance instance)
    {
        foreach (Check check in _entries is null ? default : instance.Checks)
        {
            if (check.Status == HealthStatus.Critical)
            {
                Arm(check);
            }
        }
    }

    internal void BeginServing()
    {
        lock (_gate)
        {
            if (!_clock.IsRunning)
            {
                _clock.Start();
            }
        }
    }

    internal int CountOwnedBy(uint owner)
    {
        lock (_gate)
        {
            return _entries!.CountOwnedBy(owner);
        }
    }

    internal int CopyOwners(List<uint> into)
    {
        lock (_gate)
        {
            return _entries!.CopyOwners(into);
        }
    }

    internal int Adopt(IReadOnlyDictionary<uint, string> gone, Func<ulong, bool> chosen, int most, ref int bucket)
    {
        using Writing writing = Begin();
        return TakeCharge(_entries!.FindOwned(gone.ContainsKey, chosen, most, ref bucket), owner => gone[owner]);
    }

    internal int Reclaim(int most, string cause)
    {
        using Writing writing = Begin();
        var taken = new List<object>();
        foreach (Instance instance in _local?.Instances.All() ?? [])
        {
            if (!IsMine(instance.Tenure))
            {
                taken.Add(instance);
            }
        }

        // in the order of ids: which ones are the first must not differ between two runs
        taken.Sort(static (left, right) => InstanceOrder.Compare((Instance)left, (Instance)right));
        taken.RemoveRange(Math.Min(most, taken.Count), Math.Max(0, taken.Count - most));
        return TakeCharge(taken, _ => cause);
    }

    internal int RemoveServerInstance(string node, string cause)
    {
        using Writing writing = Begin();
        bool isThere = _nodes.TryGetValue(node, out NodeEntry? home) && !ReferenceEquals(home, _local);
        if (!isThere || home!.Instances.Find(SelfServiceId) is not { } instance)
        {
            return 0;
        }

        Remove(home, instance, TimelineKind.Deregistered, cause);
        return 1;
    }

    /// <summary>
    /// Whether nobody but the server on whose host an instance lives can find its check well again; its failure is then no
    /// reason for this one to remove it.
    /// </summary>
    private bool IsOutOfReach(Instance instance, Check check)
    {
        Node node = instance.Node;
        uint host = node.IsServer ? OriginOf(node.Definition.Id) : instance.Version.Origin;
        return _entries is not null && host != Origin && check.Definition.IsHostBound();
    }

    /// <summary>Makes this server responsible for some entries, each with a fresh lease.</summary>
    private int TakeCharge(List<object> taken, Func<uint, string> causeOf)
    {
        if (taken.Count == 0)
        {
            return 0;
        }

        var batch = new MergeBatch();
        _isHearsay = true;
        try
        {
            foreach (Node node in taken.OfType<Node>())
            {
                WriteNodeAnew(node.Entry);
            }

            foreach (Instance instance in taken.OfType<Instance>())
            {
                // its node may have just been replaced
                Instance present = instance.Node.Entry.Instances.Find(instance.Data.Id)!;
                SetTenure(batch, present, present.Version, causeOf(present.Tenure.Owner));
            }
        }
        finally
        {
            Flush(batch);
            _isHearsay = false;
        }

        Settle([.. taken.OfType<Instance>()]);
        return taken.Count;
    }

    /// <summary>Answers an expiry: the instance lives, and this server is responsible for it.</summary>
    private void Refute(MergeBatch batch, Instance instance, string cause)
    {
        bool wasMine = IsMine(instance.Tenure);
        Instance after = SetTenure(batch, instance, _versions.Next(), cause);
        if (wasMine)
        {
            return;
        }

        // what was heard is good for as long as it would have been at the former owner
        GoOn(after.Lease);
        foreach (Check check in after.Checks)
        {
            GoOn(check.Lease);
        }
    }

    /// <summary>Until when what was heard here is good; 0 when it is no more, for the owner may have heard something since.</summary>
    private long HeardUntil(WheelEntry? lease) => lease?.HeardUntil is { } until && until > _clock.Ticks ? until : 0;

    private void GoOn(WheelEntry? lease)
    {
        if (lease is not null && HeardUntil(lease) is > 0 and var until)
        {
            lease.OpenLease(until, until);
            _wheel.Schedule(lease);
        }
    }

    private Instance SetTenure(MergeBatch batch, Instance instance, EntryVersion version, string cause)
    {
        var checks = new List<FactCheck>(instance.Checks.Count);
        foreach (Check check in instance.Checks)
        {
            checks.Add(new FactCheck(check.Definition, check.Status, check.Output, check.StatusVersion));
        }

        return Supersede(
            batch, instance.Node.Entry, instance, instance.Data, checks, version, new Tenure(instance.Tenure.Epoch + 1, Origin),
            instance.RegisteredSeconds, cause, isLocal: true);
    }

    /// <summary>Gives a node's register a new version: it stays as it is, and this server is responsible for its checks.</summary>
    private void WriteNodeAnew(NodeEntry home)
    {
        Node node = home.Current;
        var next = new Node(home, node.Definition, node.Checks, NextVersionOf(home), node.CreateIndex, node.ModifyIndex);
        ReplaceNode(home, next, _index, wake: false, TimelineKind.Changed, cause: "");
        Emit(new CatalogChange { Kind = ChangeKind.Node, Version = next.Version, Index = next.ModifyIndex, NodeBefore = node, Node = home.Current });
    }

    /// <summary>Who registers once more what is there only says that it lives, wherever it does so.</summary>
    private void KeepTenure(Instance instance, string cause)
    {
        if (Rules.AfterSameRegistration(instance.Tenure, Origin) == instance.Tenure)
        {
            return;
        }

        var batch = new MergeBatch();
        SetTenure(batch, instance, instance.Version, cause);
        Flush(batch);
    }

    /// <summary>Puts a node's next state in place; when another server becomes responsible for its checks, their leases begin anew.</summary>
    private Node PassOn(NodeEntry home, Node before, Node next)
    {
        bool changesHands = next.Checks.Count > 0 && IsMine(before) != IsMine(next);
        if (changesHands)
        {
            foreach (Check check in next.Checks)
            {
                Disarm(check.Lease);
            }

            List<Check> checks = [];
            foreach (Check check in next.Checks)
            {
                checks.Add(check.With(new CheckLease { Owner = home }));
            }

            next = new Node(home, next.Definition, CheckList.Of(checks), next.Version, next.CreateIndex, next.ModifyIndex);
        }

        home.Current = next;
        _entries?.Set(home);
        if (changesHands)
        {
            Arm(next.Checks);
        }

        return next;
    }

    private static CheckList WithNewLeases(List<Check> checks)
    {
        var renewed = new List<Check>(checks.Count);
        foreach (Check check in checks)
        {
            renewed.Add(check.With(new CheckLease()));
        }

        return CheckList.Of(renewed);
    }
}
