using System.Threading.Channels;
using Muster.Catalog;
using Muster.Checks;
using Muster.Model;

namespace Muster.Server.Hosting;

/// <summary>
/// Keeps the alias checks that are this server's to look after in step with what they repeat. Nothing is polled: each
/// transition in the catalog leads to the aliases of that instance or node, and those are judged again at once.
/// </summary>
internal sealed class AliasFollower : ICatalogObserver, IAsyncDisposable
{
    private static readonly List<(string Id, AliasTarget Target)> None = [];

    private readonly Catalog.Catalog _catalog;
    private readonly Lock _gate = new();
    private readonly Dictionary<CheckKey, AliasTarget> _aliases = [];
    private readonly Dictionary<Target, HashSet<CheckKey>> _followers = [];
    private readonly HashSet<CheckKey> _pending = [];

    // never longer than there are aliases: a check that waits already is not queued again
    private readonly Channel<CheckKey> _queue = Channel.CreateUnbounded<CheckKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    public AliasFollower(Catalog.Catalog catalog)
    {
        _catalog = catalog;
        _loop = JudgeAsync();
    }

    /// <summary>Takes over what is in the catalog already and follows it from now on.</summary>
    public void Start()
    {
        _catalog.Subscribe(this);
        foreach (Node node in _catalog.Nodes)
        {
            Track(node.Name, None, AliasesOf(node));
            foreach (Instance instance in _catalog.InstancesOn(node))
            {
                Track(node.Name, None, AliasesOf(instance));
            }
        }
    }

    /// <inheritdoc />
    public void OnChange(in CatalogChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Instance or ChangeKind.InstanceRemoved or ChangeKind.CheckStatus:
                Instance instance = (change.After ?? change.Before)!;
                Track(instance.Node.Name, AliasesOf(change.Before), AliasesOf(change.After));
                MarkFollowers(instance.Node.Name, instance);
                break;
            case ChangeKind.Node:
                Track(change.Node!.Name, AliasesOf(change.NodeBefore), AliasesOf(change.Node));
                MarkFollowers(change.Node.Name, null);
                break;
            case ChangeKind.NodeRemoved:
                Track(change.Node!.Name, AliasesOf(change.Node), None);
                MarkFollowers(change.Node.Name, null);
                break;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    /// <summary>Enters and removes the alias checks of one instance or node.</summary>
    private void Track(string node, List<(string Id, AliasTarget Target)> before, List<(string Id, AliasTarget Target)> after)
    {
        foreach ((string id, _) in before)
        {
            if (!after.Exists(alias => alias.Id == id))
            {
                Forget(new CheckKey(node, id));
            }
        }

        foreach ((string id, AliasTarget target) in after)
        {
            Enter(new CheckKey(node, id), target);
        }
    }

    /// <summary>The alias checks of an instance that this server looks after.</summary>
    private List<(string Id, AliasTarget Target)> AliasesOf(Instance? instance)
    {
        List<(string Id, AliasTarget Target)>? aliases = null;
        foreach (Check check in instance?.Checks ?? default)
        {
            if (check.Definition is { Kind: CheckKind.Alias, Alias: { } target } && _catalog.Runs(instance!, check))
            {
                (aliases ??= []).Add((instance!.CheckIdOf(check), target));
            }
        }

        return aliases ?? None;
    }

    /// <summary>The alias checks of a node that this server looks after.</summary>
    private List<(string Id, AliasTarget Target)> AliasesOf(Node? node)
    {
        List<(string Id, AliasTarget Target)>? aliases = null;
        foreach (Check check in node?.Checks ?? default)
        {
            if (check.Definition is { Kind: CheckKind.Alias, Alias: { } target } && _catalog.Runs(node!))
            {
                (aliases ??= []).Add((check.Definition.Id!, target));
            }
        }

        return aliases ?? None;
    }

    private void Enter(CheckKey key, AliasTarget target)
    {
        lock (_gate)
        {
            if (_aliases.TryGetValue(key, out AliasTarget? known) && known == target)
            {
                return;
            }

            Forget_NeedsLock(key);
            _aliases[key] = target;
            Target followed = TargetOf(key, target);
            if (!_followers.TryGetValue(followed, out HashSet<CheckKey>? followers))
            {
                followers = [];
                _followers[followed] = followers;
            }

            followers.Add(key);
            Mark_NeedsLock(key);
        }
    }

    private void Forget(CheckKey key)
    {
        lock (_gate)
        {
            Forget_NeedsLock(key);
        }
    }

    private void Forget_NeedsLock(CheckKey key)
    {
        if (_aliases.Remove(key, out AliasTarget? target) && _followers.TryGetValue(TargetOf(key, target), out HashSet<CheckKey>? followers))
        {
            followers.Remove(key);
            if (followers.Count == 0)
            {
                _followers.Remove(TargetOf(key, target));
            }
        }
    }

    private void MarkFollowers(string node, Instance? instance)
    {
        lock (_gate)
        {
            if (_aliases.Count == 0)
            {
                return;
            }

            if (instance is not null)
            {
                foreach (CheckKey key in _followers.GetValueOrDefault(Target.Of(node, instance.Data.IdText)) ?? [])
                {
                    Mark_NeedsLock(key);
                }

                return;
            }

            // a node's checks count for every alias of the node or of an instance on it; nodes change seldom
            foreach ((Target target, HashSet<CheckKey> followers) in _followers)
            {
                if (target.IsOn(node))
                {
                    foreach (CheckKey key in followers)
                    {
                        Mark_NeedsLock(key);
                    }
                }
            }
        }
    }

    private void Mark_NeedsLock(CheckKey key)
    {
        if (_pending.Add(key))
        {
            _queue.Writer.TryWrite(key);
        }
    }

    private async Task JudgeAsync()
    {
        await foreach (CheckKey key in _queue.Reader.ReadAllAsync())
        {
            AliasTarget? target;
            lock (_gate)
            {
                // before looking: what changes from here on marks the check again
                _pending.Remove(key);
                _aliases.TryGetValue(key, out target);
            }

            if (target is not null)
            {
                (HealthStatus status, string output) = AliasHealth.Of(_catalog, key.Node, key.CheckId, target);
                _catalog.ReportCheck(key.Node, key.CheckId, status, output, ReportKind.External);
            }
        }
    }

    private static Target TargetOf(CheckKey key, AliasTarget target) =>
        Target.Of(target.Node.Length == 0 ? key.Node : target.Node, target.ServiceId);

    /// <summary>What is followed; nodes are compared without case, as the catalog does.</summary>
    private readonly record struct Target(string Node, string ServiceId)
    {
        public static Target Of(string node, string serviceId) => new(NameCase.Fold(node), serviceId);

        public bool IsOn(string node) => Node.Equals(node, StringComparison.OrdinalIgnoreCase);
    }
}
