using Microsoft.Extensions.Logging;
using Muster.Client.Directory;
using Muster.Client.DiskSnapshots;

namespace Muster.Client.Streaming;

/// <summary>A service in use: takes news from the stream, a poll or the disk, one at a time, and publishes what they change.</summary>
internal sealed class FollowedService(ServiceHandle handle, DirectoryEntry entry, RegistryNews.Restored? onDisk, SnapshotKeeper? keeper, ClientMetrics metrics, ILogger log)
{
    private readonly Lock _gate = new();
    private RegistryNews.Restored? _onDisk = onDisk;

    public ServiceHandle Handle => handle;

    public string Name => handle.Name;

    /// <summary>Where a new stream may go on.</summary>
    public string? Cursor
    {
        get
        {
            lock (_gate)
            {
                return entry.Cursor;
            }
        }
    }

    /// <summary>What the answer of the last poll is known by; null when there is none. Used by the poller only.</summary>
    public string? ETag { get; set; }

    /// <summary>Takes news; true when they were believed.</summary>
    public bool Take(RegistryNews news, TimeSpan now)
    {
        EntryResult result;
        lock (_gate)
        {
            result = entry.Apply(news, now);
            if (result.View is { } view)
            {
                handle.Publish(view, entry.Confirmation);
            }
            else
            {
                handle.Confirm(entry.Confirmation);
            }
        }

        Tell(result);
        return result.Reject == RejectReason.None;
    }

    /// <summary>Puts the list from disk to use, if nothing better has come; at most once.</summary>
    public void UseDisk(TimeSpan now)
    {
        if (Interlocked.Exchange(ref _onDisk, null) is { } restored && !handle.View.IsKnown)
        {
            Take(restored, now);
        }
    }

    private void Tell(in EntryResult result)
    {
        if (result.Reject != RejectReason.None)
        {
            metrics.Rejected(result.Reject);
            DirectoryLog.Rejected(log, Name, result.Reject.ToTag());
        }

        if (result.View is { } view)
        {
            keeper?.Changed();
            metrics.Published(view.Source);
            DirectoryLog.Published(log, Name, view.Instances.Length, view.Revision, view.Source);
        }

        if (result.BeganHolding)
        {
            metrics.Held();
            DirectoryLog.Held(log, Name, entry.HeldCount);
        }

        if (result.Released.Length > 0)
        {
            DirectoryLog.Released(log, Name, result.Released.Length);
        }
    }
}
