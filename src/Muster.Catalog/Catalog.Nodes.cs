using Muster.Model;

namespace Muster.Catalog;

// Nodes and the checks that belong to them.
public sealed partial class Catalog
{
    private const string SelfServiceId = "consul";

    /// <summary>
    /// Registers this server's own node (with check <c>serfHealth</c>) and the <c>consul</c> service on it, which is
    /// what clients of Consul expect to find. Call it once, after loading.
    /// </summary>
    /// <param name="version">The version to show in the service's metadata.</param>
    /// <param name="port">The port to show for the service.</param>
    /// <returns>Its sequence should be durable before anybody is served.</returns>
    public CommandResult AnnounceSelf(string version, int port)
    {
        BeginRun();
        RegisterNode(new NodeDefinition
        {
            Name = Options.NodeName, Id = Options.NodeId, Address = Options.NodeAddress, Datacenter = Options.Datacenter,
            TaggedAddresses =
            [
                new("lan", Options.NodeAddress), new("lan_ipv4", Options.NodeAddress),
                new("wan", Options.NodeAddress), new("wan_ipv4", Options.NodeAddress),
            ],
            Metadata = SelfMetadata(Options.NodeMetadata),
        });
        _local = _nodes[Options.NodeName];
        RegisterCheck(
            Options.NodeName, null, new CheckDefinition { Id = "serfHealth", Name = "Serf Health Status" },
            HealthStatus.Passing, "Agent alive and reachable");
        return Register(
            Options.NodeName,
            new InstanceDefinition
            {
                Service = SelfServiceId, Id = SelfServiceId, Port = port,
                Metadata =
                [
                    new("non_voter", "false"), new("raft_version", "3"), new("read_replica", "false"),
                    new("serf_protocol_current", "2"), new("serf_protocol_max", "5"), new("serf_protocol_min", "1"),
                    new("version", version),
                ],
            },
            [], replaceExistingChecks: true, "this server started");
    }

    /// <summary>
    /// A start leaves the first record of its run, whatever it changes: the next one begins above the indexes that this one
    /// gives out, and knows what lies between.
    /// </summary>
    private void BeginRun()
    {
        using Writing writing = Begin();
        _sequence = _log.Append(new CatalogChange { Kind = ChangeKind.Run, Version = _versions.Next(), Index = _index, Runs = _runs });
    }

    /// <summary>Changes the metadata of this server's own node.</summary>
    public CommandResult SetSelfMetadata(IReadOnlyList<KeyValuePair<string, string>> metadata) =>
        RegisterNode(LocalNode.Definition with { Metadata = SelfMetadata(metadata) });

    /// <summary>Registers a node, or changes one. An identical registration changes nothing; the name stays written as it was first.</summary>
    public CommandResult RegisterNode(NodeDefinition definition)
    {
        using Writing writing = Begin();
        int bytes = SizeOf(definition);
        if (bytes > Options.MaxInstanceBytes)
        {
            return TooLarge("a node", Options.MaxInstanceBytes);
        }

        if (!_nodes.TryGetValue(definition.Name, out NodeEntry? home))
        {
            if (_nodes.Count >= Options.MaxNodes)
            {
                return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxNodes} nodes");
            }

            long index = ++_index;
            home = new NodeEntry(definition.Name, index);
            _tombstones.Remove(definition.Name, "");
            home.Current = new Node(home, definition, default, _versions.Next(), index, index);
            _nodes[definition.Name] = home;
            _entries?.Set(home);
            ForgetServers(home.Current);
            Statistics.Nodes++;
            NodesPoint.Publish(index, _wakes);
            Emit(new CatalogChange { Kind = ChangeKind.Node, Version = home.Current.Version, Index = index, Node = home.Current });
            return CommandResult.Done(_sequence);
        }

        Node before = home.Current;
        definition = definition.Name == before.Name ? definition : definition with { Name = before.Name };
        if (!before.Definition.Equals(definition) || before.IsPlaceholder)
        {
            if (RefuseUntellable("a node", bytes + BytesOf(before.Name, null), Together(before.Checks, [])) is { } refusal)
            {
                return refusal;
            }

            long index = ++_index;
            ReplaceNode(home, new Node(home, definition, before.Checks, NextVersionOf(home), before.CreateIndex, index), index, wake: true, TimelineKind.Changed, $"node \"{before.Name}\" changed");
            NodesPoint.Publish(index, _wakes);
            _instancesMoved = true;
        }

        return CommandResult.Done(_sequence);
    }

    /// <summary>Removes a node with everything on it. This server's own node stays.</summary>
    public CommandResult DeregisterNode(string node, string cause)
    {
        using Writing writing = Begin();
        if (!_nodes.TryGetValue(node, out NodeEntry? home))
        {
            return CommandResult.Refused(CatalogError.UnknownNode, node);
        }

        if (ReferenceEquals(home, _local))
        {
            return CommandResult.Refused(CatalogError.Invalid, "a server cannot deregister its own node");
        }

        long index = ++_index;
        RemoveAll(home, index, cause);
        ForgetMissingNodeChecks(home, home.Current.Checks, []);
        _nodes.TryRemove(home.Current.Name, out _);
        Statistics.Nodes--;
        NodesPoint.Publish(index, _wakes);
        home.Point.Publish(index, _wakes);
        _checksMoved = true;
        ForgetServers(home.Current);
        EntryVersion version = _versions.Next();
        if (_entries is not null)
        {
            AddTombstone(new Tombstone(home.Current.Name, "", version) { Cause = cause, Address = home.Current.Definition.Address });
        }

        Emit(new CatalogChange { Kind = ChangeKind.NodeRemoved, Version = version, Index = index, Node = home.Current });
        return CommandResult.Done(_sequence);
    }

    /// <summary>
    /// Removes what is on a node. Each service is published once, however many of its instances leave: one after the
    /// other, they would copy its list as often as there are instances.
    /// </summary>
    private void RemoveAll(NodeEntry home, long index, string cause)
    {
        IReadOnlyList<Instance> leaving = InstancesOn(home.Current);
        var services = new Dictionary<string, ServiceEntry>(StringComparer.OrdinalIgnoreCase);
        var removals = new List<Removal>(leaving.Count);
        foreach (Instance instance in leaving)
        {
            Withdraw(home, instance);
            services.TryAdd(instance.Data.Service, _services[instance.Data.Service]);
            removals.Add(Remember(_services[instance.Data.Service], instance, RemovalKind.Deregistered, index, cause));
        }

        foreach (ServiceEntry service in services.Values)
        {
            Instance[] present = service.Current!.InstanceArray;
            Instance[] gone = Array.FindAll(present, instance => ReferenceEquals(instance.Node.Entry, home));
            Instance[] next = Array.FindAll(present, instance => !ReferenceEquals(instance.Node.Entry, home));
            Replace(service, next, index, wake: true);
            CountMembers(present, next, gone);
        }

        for (int i = 0; i < leaving.Count; i++)
        {
            PublishMeshAlone(leaving[i], null);
            Bury(home, leaving[i], services[leaving[i].Data.Service], TimelineKind.Deregistered, removals[i]);
        }
    }

    private CommandResult SetNodeCheck(NodeEntry home, CheckDefinition definition, HealthStatus? status, string? output, string? cause)
    {
        if (definition.Id is not { Length: > 0 } id)
        {
            return CommandResult.Refused(CatalogError.Invalid, "a check of a node needs an id");
        }

        Node node = home.Current;
        Check? present = FindNodeCheck(node, id);
        if (present is null && node.Checks.Count >= Options.MaxChecksPerOwner)
        {
            return CommandResult.Refused(CatalogError.LimitReached, $"at most {Options.MaxChecksPerOwner} checks for one node");
        }

        if (!FitsSurely(Options.MaxInstanceBytes, node.Checks.Count + 1)
            && RefuseUntellable("a node", SizeOf(node.Definition) + BytesOf(node.Name, null), Together(node.Checks, [definition])) is { } refusal)
        {
            return refusal;
        }

        if (TryFindCheck(home, id, out Instance? owner, out Check? lost) && owner is not null)
        {
            RemoveCheck(home, owner, lost, $"check \"{id}\" moved to the node");
        }

        long index = _index + 1;
        Check next = MergeCheck(present, definition, index, status, output);
        if (ReferenceEquals(present, next))
        {
            Prolong(next);
            return CommandResult.Done(_sequence);
        }

        if (present is not null && OnlyOutputDiffers(present, next))
        {
            SetStatus(home, null, present, next.Status, next.Output, cause: "");
            return CommandResult.Done(_sequence);
        }

        var checks = new List<Check> { next };
        foreach (Check check in node.Checks)
        {
            if (!ReferenceEquals(check, present))
            {
                checks.Add(check);
            }
        }

        if (present is not null)
        {
            Disarm(present.Lease);
        }

        _index = index;
        checks.Sort(static (left, right) => string.CompareOrdinal(left.Definition.Id, right.Definition.Id));
        NameCheck(home, id, null);
        next.Lease.Owner = home;
        Arm(next);
        ReplaceNode(home, new Node(home, node.Definition, CheckList.Of(checks), NextVersionOf(home), node.CreateIndex, node.ModifyIndex), index, wake: true,
            TimelineKind.Changed, $"node \"{node.Name}\": {cause ?? WhatChanged(id, present, next)}");
        return CommandResult.Done(_sequence);
    }

    /// <summary>
    /// A new text of a node's check. Every instance on the node shows it, so that a chatty check would have all of them
    /// and their services made anew each time: the services show at most one new text in
    /// <see cref="CatalogOptions.NodeOutputInterval"/>, the node itself shows each.
    /// </summary>
    private void SetNodeOutput(NodeEntry home, Node next)
    {
        if (!home.OutputWaits && _clock.Ticks >= home.NextOutput)
        {
            ShowNodeOutput(home, next);
            return;
        }

        home.Current = next;
        if (!home.OutputWaits)
        {
            home.OutputWaits = true;
            _waitingOutputs.Enqueue(home);
        }
    }

    private void ShowWaitingNodeOutputs(long now)
    {
        while (_waitingOutputs.TryPeek(out NodeEntry? home) && now >= home.NextOutput)
        {
            _waitingOutputs.Dequeue();
            home.OutputWaits = false;
            bool isPresent = _nodes.TryGetValue(home.Current.Name, out NodeEntry? present) && ReferenceEquals(present, home);
            if (isPresent)
            {
                ShowNodeOutput(home, home.Current);
            }
        }
    }

    private void ShowNodeOutput(NodeEntry home, Node next)
    {
        home.NextOutput = _clock.Ticks + (long)Math.Ceiling(Options.NodeOutputInterval / Options.Tick);
        ReplaceNode(home, next, _index, wake: false, TimelineKind.Health, cause: "");
    }

    /// <summary>
    /// Puts a node's next state in place. All instances on it show their node, so each of their services gets a new
    /// snapshot: rare (maintenance, an address change), and worth it for snapshots that readers need not look behind.
    /// </summary>
    private void ReplaceNode(NodeEntry home, Node next, long index, bool wake, TimelineKind kind, string cause, bool isLocal = true)
    {
        Node before = home.Current;
        next = PassOn(home, before, next);
        ForgetServers(next, before);
        var touched = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (Instance instance in home.Instances.All().ToList())
        {
            Instance moved = instance.With(next, wake ? index : instance.ChangeIndex);
            Enter(home, moved);
            if (before.ServerOrigin != next.ServerOrigin)
            {
                ReachAnew(moved);
            }

            if (wake)
            {
                PublishMeshAlone(instance, moved);
            }
            else
            {
                PublishMesh(instance, moved, index, wake);
            }

            touched.Add(instance.Data.Service);
        }

        foreach (string name in touched)
        {
            ServiceEntry service = _services[name];
            Instance[] instances = (Instance[])service.Current!.InstanceArray.Clone();
            for (int i = 0; i < instances.Length; i++)
            {
                if (ReferenceEquals(instances[i].Node.Entry, home))
                {
                    instances[i] = home.Instances.Find(instances[i].Data.Id)!;
                }
            }

            Replace(service, instances, index, wake);
            if (wake)
            {
                // One event for each service, not for each instance: a busy node must not push the rest out.
                Record(service, kind, next, index, cause);
            }
        }

        if (wake)
        {
            home.Point.Publish(index, _wakes);
            _checksMoved = true;
            Emit(new CatalogChange { Kind = ChangeKind.Node, Version = next.Version, Index = index, NodeBefore = before, Node = next }, isLocal);
        }
    }

    private static IReadOnlyList<KeyValuePair<string, string>> SelfMetadata(IReadOnlyList<KeyValuePair<string, string>> given) =>
        [.. given.Append(new(Node.ServerMark, "")).DistinctBy(pair => pair.Key).OrderBy(pair => pair.Key, StringComparer.Ordinal)];
}
