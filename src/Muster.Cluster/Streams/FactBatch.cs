using Muster.Catalog;
using Muster.Model;

namespace Muster.Cluster.Streams;

/// <summary>
/// Encodes the present state of the entries at the head of a queue. Peers that are in step wait for the same keys: the
/// encoding is made once for all of them.
/// </summary>
internal sealed class FactBatch(ReplicaSet replica)
{
    /// <summary>The most facts of a batch.</summary>
    internal const int MaxFacts = 256;

    /// <summary>A batch is full when it has as many bytes.</summary>
    internal const int FullBytes = 64 * 1024;

    private readonly ulong[] _keys = new ulong[MaxFacts];
    private readonly ulong[] _asked = new ulong[MaxFacts];
    private readonly PackWriter _fact = new();
    private readonly PackWriter _facts = new();
    private int _keyCount;

    /// <summary>How many keys of the queue the batch covers: those of entries that are gone too.</summary>
    internal int Keys => _keyCount;

    /// <summary>How many facts it holds.</summary>
    internal int Count { get; private set; }

    /// <summary>How many entries were too large to be sent at all.</summary>
    internal int TooLarge { get; private set; }

    /// <summary>The facts, each with its length before it.</summary>
    internal ReadOnlySpan<byte> Facts => _facts.Written;

    /// <summary>Forgets the encoding: entries may have changed.</summary>
    internal void Forget() => _keyCount = 0;

    /// <summary>Encodes the head of a queue, unless that is what it holds already.</summary>
    internal void Fill(KeyQueue queue)
    {
        int count = queue.Peek(_asked);
        if (_keyCount > 0 && count >= _keyCount && _asked.AsSpan(0, _keyCount).SequenceEqual(_keys.AsSpan(0, _keyCount)))
        {
            return;
        }

        _facts.Clear();
        Count = 0;
        TooLarge = 0;
        _keyCount = 0;
        while (_keyCount < count && _facts.Written.Length < FullBytes)
        {
            ulong key = _asked[_keyCount];
            _keys[_keyCount] = key;
            _fact.Clear();
            if (replica.TryWriteFact(key, _fact))
            {
                if (_facts.Written.Length + _fact.Written.Length > FullBytes && Count > 0)
                {
                    return;
                }

                Append();
            }

            _keyCount++;
        }
    }

    private void Append()
    {
        if (_fact.Written.Length > ReplicaSet.MaxFactBytes)
        {
            TooLarge++;
            return;
        }

        _facts.Bytes(_fact.Written);
        Count++;
    }
}
