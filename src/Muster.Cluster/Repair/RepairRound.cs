using System.Runtime.InteropServices;
using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Messages;

namespace Muster.Cluster.Repair;

/// <summary>
/// One comparison with a peer, from the side that began it: digests of the buckets, then the stamps of those that differ, then
/// the facts that are missing here are asked for, and those missing there put on the stream. The peer only answers and
/// remembers nothing, so a round that breaks off costs nothing but another one.
/// </summary>
internal sealed class RepairRound(long number, Peer peer, ReplicaSet replica, Outgoing outgoing, ClusterRules rules, bool keepToSelf, TimeSpan now)
{
    /// <summary>A round without an answer for this long is given up.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MostBucketsAtOnce = 64;

    /// <summary>The facts asked for before the peer has to have sent them: a share of what may wait for one peer.</summary>
    private const int MaxWantedAtOnce = 4096;

    /// <summary>In case that they are all missing here, no more buckets at a time than hold about as many entries.</summary>
    private readonly int _bucketsAtOnce = (int)Math.Clamp(MaxWantedAtOnce * 2L * ReplicaSet.Buckets / Math.Max(1, peer.LastPing?.Entries ?? 1), 1, MostBucketsAtOnce);

    private readonly List<EntryStamp> _ours = [];
    private readonly List<ulong> _wanted = [];
    private readonly Queue<int> _differing = new();
    private readonly HashSet<int> _awaited = [];
    private int _wantedAtOnce;
    private bool _hasDigests, _awaitsMark;

    /// <summary>What the peer does not have, when that is kept from it.</summary>
    internal List<ulong> OnlyHere { get; } = [];

    /// <summary>How many entries differed.</summary>
    internal int Found { get; private set; }

    /// <summary>True when everything is compared and all that was missing here has come.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>True when something of it was lost: another one must be made.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>True when this server failed at a message of the peer meanwhile: what that said may be missing.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>When the peer last answered.</summary>
    internal TimeSpan LastProgress { get; private set; } = now;

    internal bool Begin() => outgoing.TrySend(peer.Link, MessageKind.DigestRequest, number);

    internal void OnDigests(long round, ReadOnlySpan<ulong> theirs, TimeSpan at)
    {
        if (round != number || _hasDigests)
        {
            return;
        }

        _hasDigests = true;
        LastProgress = at;
        Span<ulong> ours = new ulong[ReplicaSet.Buckets];
        replica.CopyDigests(ours);
        for (int bucket = 0; bucket < ReplicaSet.Buckets; bucket++)
        {
            if (rules.Differ(ours[bucket], theirs[bucket]))
            {
                _differing.Enqueue(bucket);
            }
        }

        Continue();
    }

    internal void OnStamps(long round, int bucket, List<EntryStamp> theirs, TimeSpan at)
    {
        if (round != number || !_awaited.Remove(bucket))
        {
            return;
        }

        LastProgress = at;
        Compare(bucket, theirs, at);
        Continue();
    }

    internal void OnMark(long round, TimeSpan at)
    {
        if (round != number || !_awaitsMark)
        {
            return;
        }

        LastProgress = at;
        _awaitsMark = false;
        _wantedAtOnce = 0;
        Continue();
    }

    /// <summary>Asks for the next buckets, as far as both queues have room.</summary>
    internal void Continue()
    {
        if (IsDone || !_hasDigests || _awaitsMark)
        {
            return;
        }

        while (_differing.Count > 0 && _awaited.Count < _bucketsAtOnce && _wantedAtOnce < MaxWantedAtOnce && peer.Stream.HasRoom)
        {
            int bucket = _differing.Peek();
            if (!outgoing.TrySend(peer.Link, MessageKind.BucketRequest, number, bucket))
            {
                return;
            }

            _differing.Dequeue();
            _awaited.Add(bucket);
        }

        if (_awaited.Count > 0 || (_differing.Count > 0 && _wantedAtOnce == 0))
        {
            return;
        }

        if (_wantedAtOnce == 0)
        {
            IsDone = true;
            return;
        }

        _awaitsMark = outgoing.TrySend(peer.Link, MessageKind.Mark, number);
    }

    private void Compare(int bucket, List<EntryStamp> theirs, TimeSpan at)
    {
        _ours.Clear();
        _wanted.Clear();
        replica.CopyBucket(bucket, _ours);
        _ours.Sort(ByKey);
        theirs.Sort(ByKey);
        int here = 0, there = 0;
        while (here < _ours.Count || there < theirs.Count)
        {
            if (there == theirs.Count || (here < _ours.Count && _ours[here].Key < theirs[there].Key))
            {
                Offer(_ours[here++].Key, at);
            }
            else if (here == _ours.Count || theirs[there].Key < _ours[here].Key)
            {
                _wanted.Add(theirs[there++].Key);
            }
            else
            {
                if (_ours[here].Stamp != theirs[there].Stamp)
                {
                    // whose is newer the stamps do not say; if it is ours, merging theirs will tell
                    _wanted.Add(theirs[there].Key);
                }

                here++;
                there++;
            }
        }

        Ask();
    }

    private void Offer(ulong key, TimeSpan at)
    {
        Found++;
        if (keepToSelf)
        {
            OnlyHere.Add(key);
        }
        else
        {
            peer.Stream.Add(key, at);
        }
    }

    private void Ask()
    {
        Found += _wanted.Count;
        _wantedAtOnce += _wanted.Count;
        ReadOnlySpan<ulong> rest = CollectionsMarshal.AsSpan(_wanted);
        while (rest.Length > 0)
        {
            ReadOnlySpan<ulong> some = rest[..Math.Min(rest.Length, WantMessage.MaxKeys)];
            WantMessage.Write(outgoing.Begin(), some);
            IsBroken |= !outgoing.TrySend(peer.Link);
            rest = rest[some.Length..];
        }
    }

    private static int ByKey(EntryStamp left, EntryStamp right) => left.Key.CompareTo(right.Key);
}
