using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Client.Directory;

namespace Muster.Client.DiskSnapshots;

/// <summary>
/// Keeps the lists of the services in use in a file, in the background, and gives those of an earlier run to services that
/// the registry does not answer for. Lists of services that are not in use yet are carried on until they are too old.
/// </summary>
internal sealed class SnapshotKeeper
{
    /// <summary>Lists are written again without a change this often, so that their age is right after a restart.</summary>
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromHours(1);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SnapshotOptions _options;
    private readonly SnapshotFile _file;
    private readonly TimeProvider _time;
    private readonly ClientMetrics _metrics;
    private readonly ILogger _log;
    private readonly Dictionary<string, SavedList> _earlier = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasFailed;

    public SnapshotKeeper(SnapshotOptions options, TimeProvider time, ClientMetrics metrics, ILogger log)
    {
        _options = options;
        _file = new SnapshotFile(options.Path!, options.MaxBytes);
        _time = time;
        _metrics = metrics;
        _log = log;
    }

    /// <summary>Reads what an earlier run left. A missing, harmed or foreign file is counted and otherwise as good as none.</summary>
    public void Load()
    {
        byte[] bytes = _file.Read(out string? fault);
        List<SavedList>? lists = fault is null ? SnapshotFormat.Read(bytes) : null;
        if (lists is null)
        {
            fault ??= "corrupt";
            _metrics.Snapshot(fault);
            if (fault != "missing")
            {
                SnapshotLog.Ignored(_log, _file.Path, fault);
            }

            return;
        }

        foreach (SavedList list in lists)
        {
            _earlier[list.Service] = list;
        }

        _metrics.Snapshot("loaded");
        SnapshotLog.Loaded(_log, _earlier.Count, _file.Path);
    }

    /// <summary>The list an earlier run left of a service; null when there is none that is young enough.</summary>
    public RegistryNews.Restored? Find(string service) =>
        _earlier.TryGetValue(service, out SavedList? list) && AgeOf(list) is var age && age <= _options.MaxAge
            ? new RegistryNews.Restored(list.Instances, age)
            : null;

    /// <summary>A list changed. Returns at once.</summary>
    public void Changed() => _changes.Writer.TryWrite(true);

    /// <summary>Writes the file some time after each change, and once more at the end.</summary>
    public async Task RunAsync(Func<IEnumerable<ServiceHandle>> services, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await WaitForChangeAsync(stop).ConfigureAwait(false);
            await Task.Delay(_options.SaveDelay, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (_changes.Reader.TryRead(out _))
            {
            }

            Save(services());
        }
    }

    private async Task WaitForChangeAsync(CancellationToken stop)
    {
        using var refresh = new CancellationTokenSource(RefreshEvery, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(refresh.Token, stop);
        try
        {
            await _changes.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // time to write anyway
        }
    }

    private void Save(IEnumerable<ServiceHandle> services)
    {
        try
        {
            _file.Replace(SnapshotFormat.Write(ListsToSave(services)));
            _metrics.Snapshot("saved");
            _hasFailed = false;
        }
        catch (Exception e)
        {
            // whatever it was, the next change is another attempt
            _metrics.Snapshot("save_failed");
            if (!_hasFailed)
            {
                SnapshotLog.SaveFailed(_log, e, _file.Path);
            }

            _hasFailed = true;
        }
    }

    private List<SavedList> ListsToSave(IEnumerable<ServiceHandle> services)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var lists = new List<SavedList>();
        var inUse = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (ServiceHandle handle in services)
        {
            (ServiceView view, Freshness freshness) = handle.Read();
            if (view.IsKnown)
            {
                inUse.Add(handle.Name);
            }

            if (view.Instances.Length > 0)
            {
                lists.Add(new SavedList(handle.Name, now - freshness.Age, view.Instances));
            }
        }

        lists.AddRange(_earlier.Values.Where(list => !inUse.Contains(list.Service) && AgeOf(list) <= _options.MaxAge));
        return lists;
    }

    private TimeSpan AgeOf(SavedList list)
    {
        TimeSpan age = _time.GetUtcNow() - list.ConfirmedAt;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
