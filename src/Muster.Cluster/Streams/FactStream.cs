using Muster.Cluster.Links;
using Muster.Cluster.Messages;

namespace Muster.Cluster.Streams;

/// <summary>
/// What changes here, on its way to one peer: keys that wait, and batches that are not confirmed. Both are bounded; what does
/// not fit is dropped, and found again by comparing.
/// </summary>
internal sealed class FactStream(int mostKeys, ClusterStatistics statistics)
{
    /// <summary>As long as the transport holds more than this, keys are left to wait.</summary>
    private const long MaxQueuedBytes = 512 * 1024;

    /// <summary>The most batches sent in one go, so that one peer does not hold up the others.</summary>
    private const int MaxBatchesAtOnce = 16;

    private readonly KeyQueue _keys = new(mostKeys);
    private readonly Flight _flight = new();
    private (long Position, long Round)? _mark;

    /// <summary>True when changes were dropped: only a comparison will find them.</summary>
    internal bool LostSome { get; set; }

    /// <summary>True when an entry was too large to be sent (of a journal from before there were peers), until somebody says so.</summary>
    internal bool SkippedSome { get; set; }

    internal int Waiting => _keys.Count;

    internal int InFlight => _flight.Count;

    internal bool IsIdle => _keys.Count == 0 && _flight.Count == 0 && _mark is null;

    internal bool HasWork => (_keys.Count > 0 && !_flight.IsFull) || _mark is not null;

    internal long FactsSent { get; private set; }

    internal long Drops { get; private set; }

    /// <summary>How long the last confirmed batch took.</summary>
    internal TimeSpan? LastDelivery { get; private set; }

    /// <summary>How far the peer is behind.</summary>
    internal TimeSpan LagAt(TimeSpan now) =>
        _flight.Count > 0 ? now - _flight.OldestSince : _keys.Count > 0 ? now - _keys.OldestAt : TimeSpan.Zero;

    /// <summary>Puts a change on the list, or drops it when that is full.</summary>
    internal void Add(ulong key, TimeSpan now)
    {
        if (!_keys.TryAdd(key, now))
        {
            LoseSome();
        }
    }

    /// <summary>True when it takes some more without being in danger to overflow.</summary>
    internal bool HasRoom => _keys.Count < mostKeys / 4;

    /// <summary>Changes did not fit. Who waits for a mark must begin again: what it stands for may not be sent.</summary>
    internal void LoseSome()
    {
        _mark = null;
        if (!LostSome)
        {
            LostSome = true;
            Drops++;
            statistics.QueueDrops++;
        }
    }

    /// <summary>Tells the peer when all that waits now is sent; never when some of it was dropped.</summary>
    internal void SetMark(long round) => _mark = LostSome ? null : (_keys.Added, round);

    internal void Confirm(long number, TimeSpan now)
    {
        if (_flight.TryConfirm(number, out TimeSpan since))
        {
            LastDelivery = now - since;
        }
    }

    /// <summary>Sends what there is, as far as the peer takes it.</summary>
    internal void Flush(ILink link, FactBatch batch, Outgoing outgoing)
    {
        for (int i = 0; i < MaxBatchesAtOnce && _keys.Count > 0 && !_flight.IsFull && link.QueuedBytes < MaxQueuedBytes; i++)
        {
            batch.Fill(_keys);
            if (batch.Count > 0 && !TrySend(link, batch, outgoing))
            {
                return;
            }

            if (batch.TooLarge > 0)
            {
                statistics.FactsRefused += batch.TooLarge;
                SkippedSome = true;
            }

            _keys.Remove(batch.Keys);
        }

        TellMark(link, outgoing);
    }

    private bool TrySend(ILink link, FactBatch batch, Outgoing outgoing)
    {
        FactsMessage.Write(outgoing.Begin(), _flight.Sent + 1, batch.Count, batch.Facts);
        if (!outgoing.TrySend(link))
        {
            return false;
        }

        _flight.Add(_keys.OldestAt);
        FactsSent += batch.Count;
        statistics.FactsSent += batch.Count;
        return true;
    }

    private void TellMark(ILink link, Outgoing outgoing)
    {
        if (_mark is { } mark && _keys.Taken >= mark.Position && outgoing.TrySend(link, MessageKind.MarkReached, mark.Round))
        {
            _mark = null;
        }
    }
}
