using Microsoft.Extensions.Logging;
using Muster.Catalog;
using Muster.Journal;

namespace Muster.Server.Hosting;

/// <summary>Takes a snapshot of the catalog when the journal asks for one, one at a time, and logs how the journal fares.</summary>
internal sealed partial class SnapshotKeeper : IDisposable
{
    private readonly Journal.Journal _journal;
    private readonly Catalog.Catalog _catalog;
    private readonly ILogger _logger;
    private readonly Lock _one = new();
    private bool _disposed;

    public SnapshotKeeper(Journal.Journal journal, Catalog.Catalog catalog, ILogger logger)
    {
        _journal = journal;
        _catalog = catalog;
        _logger = logger;
        journal.SnapshotNeeded += OnNeeded;
        journal.StateChanged += OnStateChanged;
        if (journal.Status.State == JournalState.Degraded)
        {
            OnStateChanged(journal, EventArgs.Empty); // from the start on
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _journal.SnapshotNeeded -= OnNeeded;
        _journal.StateChanged -= OnStateChanged;
        lock (_one)
        {
            // A snapshot under way is finished before the journal closes; one that was asked for just now is not begun.
            _disposed = true;
        }
    }

    private void OnStateChanged(object? sender, EventArgs e)
    {
        JournalStatus status = _journal.Status;
        if (status.State == JournalState.Degraded)
        {
            LogDegraded(_logger, status.Reason);
        }
        else
        {
            LogHealthy(_logger, status.DroppedRecords);
        }
    }

    private void OnNeeded(object? sender, EventArgs e)
    {
        lock (_one)
        {
            if (_disposed)
            {
                return;
            }

            JournalSnapshot? snapshot = null;
            CatalogExport export = _catalog.Export(() => snapshot = _journal.BeginSnapshot());
            SnapshotOutcome outcome = snapshot!.Write(writer => export.WriteTo(record => writer.Write(record)));
            if (outcome.IsDurable)
            {
                LogTaken(_logger, outcome.Records, outcome.Sequence);
            }
            else
            {
                LogFailed(_logger, outcome.Failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes are no longer durable, a restart would lose them: {Reason}; it serves on and tries again by itself")]
    private static partial void LogDegraded(ILogger logger, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes are durable again; a snapshot holds the {Records} that were not written one by one")]
    private static partial void LogHealthy(ILogger logger, long records);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took a snapshot of {Records} records at sequence {Sequence}")]
    private static partial void LogTaken(ILogger logger, long records, long sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A snapshot failed, it will be tried again: {Failure}")]
    private static partial void LogFailed(ILogger logger, string? failure);
}
