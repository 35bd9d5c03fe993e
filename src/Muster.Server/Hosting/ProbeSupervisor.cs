using System.Threading.Channels;
using Muster.Catalog;
using Muster.Checks;
using Muster.Model;

namespace Muster.Server.Hosting;

/// <summary>
/// Keeps the probes in step with the catalog: what is registered and this server's to look after runs, what is gone or
/// another server's stops, and every result goes back as a report. The catalog's lock is never held while the scheduler
/// works, nor the other way round.
/// </summary>
internal sealed class ProbeSupervisor : ICatalogObserver, ICheckResultSink, IAsyncDisposable
{
    private static readonly List<(string Id, CheckDefinition Definition)> None = [];

    private readonly Catalog.Catalog _catalog;
    private readonly CheckScheduler _scheduler;
    private readonly ProbeContext _context;

    // Unbounded, but fed only by transitions of checks that probe; its consumer does nothing but dictionary work.
    private readonly Channel<(CheckKey Key, CheckDefinition? Definition)> _changes =
        Channel.CreateUnbounded<(CheckKey, CheckDefinition?)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _loop;

    public ProbeSupervisor(
        Catalog.Catalog catalog, ProbeContext context, Func<ICheckResultSink, CheckScheduler> makeScheduler)
    {
        _catalog = catalog;
        _context = context;
        _scheduler = makeScheduler(this);
        _loop = ApplyAsync();
    }

    /// <summary>Takes over what is in the catalog already, follows it from now on, and starts probing.</summary>
    public void Start()
    {
        _catalog.Subscribe(this);
        foreach (Node node in _catalog.Nodes)
        {
            Enqueue(node.Name, None, ProbesOf(node));
            foreach (Instance instance in _catalog.InstancesOn(node))
            {
                Enqueue(node.Name, None, ProbesOf(instance));
            }
        }

        _scheduler.Start();
    }

    /// <inheritdoc />
    public void OnChange(in CatalogChange change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Instance or ChangeKind.InstanceRemoved:
                Enqueue((change.After ?? change.Before)!.Node.Name, ProbesOf(change.Before), ProbesOf(change.After));
                break;
            case ChangeKind.Node:
                Enqueue(change.Node!.Name, ProbesOf(change.NodeBefore), ProbesOf(change.Node));
                break;
            case ChangeKind.NodeRemoved:
                Enqueue(change.Node!.Name, ProbesOf(change.Node), None);
                break;
        }
    }

    /// <inheritdoc />
    public void Report(CheckKey key, HealthStatus status, string output) =>
        _catalog.ReportCheck(key.Node, key.CheckId, status, output, ReportKind.Probe);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _loop;
        await _scheduler.DisposeAsync();
    }

    private void Enqueue(string node, List<(string Id, CheckDefinition Definition)> before, List<(string Id, CheckDefinition Definition)> after)
    {
        foreach ((string id, _) in before)
        {
            if (!after.Exists(probe => probe.Id == id))
            {
                _changes.Writer.TryWrite((new CheckKey(node, id), null));
            }
        }

        foreach ((string id, CheckDefinition definition) in after)
        {
            _changes.Writer.TryWrite((new CheckKey(node, id), definition));
        }
    }

    /// <summary>The checks of an instance that this server runs.</summary>
    private List<(string Id, CheckDefinition Definition)> ProbesOf(Instance? instance)
    {
        List<(string Id, CheckDefinition Definition)>? probes = null;
        foreach (Check check in instance?.Checks ?? default)
        {
            if (check.Definition.Kind.IsProbe() && _catalog.Runs(instance!, check))
            {
                (probes ??= []).Add((instance!.CheckIdOf(check), check.Definition));
            }
        }

        return probes ?? None;
    }

    /// <summary>The checks of a node that this server runs.</summary>
    private List<(string Id, CheckDefinition Definition)> ProbesOf(Node? node)
    {
        List<(string Id, CheckDefinition Definition)>? probes = null;
        foreach (Check check in node?.Checks ?? default)
        {
            if (check.Definition.Kind.IsProbe() && _catalog.Runs(node!))
            {
                (probes ??= []).Add((check.Definition.Id!, check.Definition));
            }
        }

        return probes ?? None;
    }

    private async Task ApplyAsync()
    {
        await foreach ((CheckKey key, CheckDefinition? definition) in _changes.Reader.ReadAllAsync())
        {
            if (definition is null)
            {
                _scheduler.Remove(key);
            }
            else
            {
                _scheduler.Set(key, definition, _context);
            }
        }
    }
}
