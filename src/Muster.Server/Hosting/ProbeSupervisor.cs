using System.Threading.Channels;
using Muster.Catalog;
using Muster.Checks;
using Muster.Model;

namespace Muster.Server.Hosting;

/// <summary>
/// Keeps the probes in step with the catalog: what is registered runs, what is gone stops, and every result goes back
/// as a report. The catalog's lock is never held while the scheduler works, nor the other way round.
/// </summary>
internal sealed class ProbeSupervisor : ICatalogObserver, ICheckResultSink, IAsyncDisposable
{
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
            Enqueue(node.Name, null, default, node.Checks);
            foreach (Instance instance in _catalog.InstancesOn(node))
            {
                Enqueue(node.Name, instance, default, instance.Checks);
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
                Instance instance = (change.After ?? change.Before)!;
                Enqueue(instance.Node.Name, instance, change.Before?.Checks ?? default, change.After?.Checks ?? default);
                break;
            case ChangeKind.Node:
                Enqueue(change.Node!.Name, null, change.NodeBefore?.Checks ?? default, change.Node.Checks);
                break;
            case ChangeKind.NodeRemoved:
                Enqueue(change.Node!.Name, null, change.Node.Checks, default);
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

    private void Enqueue(string node, Instance? instance, CheckList before, CheckList after)
    {
        foreach (Check check in before)
        {
            if (IsProbe(check) && !Contains(after, check.Definition.Id))
            {
                _changes.Writer.TryWrite((new CheckKey(node, IdOf(instance, check)), null));
            }
        }

        foreach (Check check in after)
        {
            if (IsProbe(check))
            {
                _changes.Writer.TryWrite((new CheckKey(node, IdOf(instance, check)), check.Definition));
            }
        }
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

    private static bool IsProbe(Check check) => check.Definition.Kind.IsProbe();

    private static string IdOf(Instance? instance, Check check) => instance?.CheckIdOf(check) ?? check.Definition.Id!;

    private static bool Contains(CheckList checks, string? id)
    {
        foreach (Check check in checks)
        {
            if (check.Definition.Id == id && IsProbe(check))
            {
                return true;
            }
        }

        return false;
    }
}
