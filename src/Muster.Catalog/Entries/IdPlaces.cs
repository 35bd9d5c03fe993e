using System.Text;

namespace Muster.Catalog;

/// <summary>
/// On which nodes an id is, that of an instance or of a check: for whoever does not name the node, where there are many. A
/// hit may be false and may come twice; the node itself knows. Eight bytes a slot, one writer, any number of readers
/// without locks.
/// </summary>
internal sealed class IdPlaces
{
    private const int InitialSlots = 16;

    /// <summary>A slot whose id is gone, since no node has this number.</summary>
    private const uint Gone = uint.MaxValue;

    private readonly Stack<int> _free = new();
    private volatile NodeEntry?[] _nodes = new NodeEntry?[8];
    private volatile ulong[] _slots = new ulong[InitialSlots];
    private int _count;
    private int _used;
    private int _numbers;

    /// <summary>How many slots there are, for who looks at the memory.</summary>
    internal int Slots => _slots.Length;

    /// <summary>The nodes that an id, whose <see cref="InstanceTable.Hash"/> this is, may be on; any thread.</summary>
    internal Places Find(int hash) => new(this, (uint)hash);

    /// <summary>The hash of an id that is not bytes yet.</summary>
    internal static int HashOf(ReadOnlySpan<char> id)
    {
        Span<byte> buffer = stackalloc byte[512];
        Span<byte> utf8 = id.Length * 3 <= buffer.Length ? buffer : new byte[Encoding.UTF8.GetByteCount(id)];
        return InstanceTable.Hash(utf8[..Encoding.UTF8.GetBytes(id, utf8)]);
    }

    /// <summary>Takes note of an id that a node did not have; the writer only, and before anybody can find it there.</summary>
    internal void Add(int hash, NodeEntry node)
    {
        if (node.PlacesTaken++ == 0)
        {
            Number(node);
        }

        if ((_used + 1) * 5 > _slots.Length * 4)
        {
            Rebuild();
        }

        _used += Place(_slots, Slot((uint)hash, node)) ? 1 : 0;
        _count++;
    }

    /// <summary>Forgets one that a node has no more; the writer only.</summary>
    internal void Remove(int hash, NodeEntry node)
    {
        ulong wanted = Slot((uint)hash, node);
        ulong[] slots = _slots;
        for (int slot = First((uint)hash, slots.Length); slots[slot] != 0; slot = Next(slot, slots.Length))
        {
            if (slots[slot] == wanted)
            {
                Volatile.Write(ref slots[slot], Gone);
                _count--;
                if (--node.PlacesTaken == 0)
                {
                    _nodes[node.PlaceNumber] = null;
                    _free.Push(node.PlaceNumber);
                }

                break;
            }
        }

        if (_slots.Length > InitialSlots && _count * 6 < _slots.Length)
        {
            Rebuild();
        }
    }

    private void Number(NodeEntry node)
    {
        if (!_free.TryPop(out int number))
        {
            number = _numbers++;
        }

        NodeEntry?[] nodes = _nodes;
        if (number >= nodes.Length)
        {
            Array.Resize(ref nodes, nodes.Length * 2);
        }

        node.PlaceNumber = number;
        nodes[number] = node;
        _nodes = nodes;
    }

    private void Rebuild()
    {
        var slots = new ulong[Math.Max(InitialSlots, (_count + 1) * 15 / 8)];
        foreach (ulong slot in _slots)
        {
            if (slot != 0 && (uint)slot != Gone)
            {
                Place(slots, slot);
            }
        }

        _used = _count;
        _slots = slots;
    }

    /// <summary>True when it took a slot that was never used.</summary>
    private static bool Place(ulong[] slots, ulong value)
    {
        int slot = First((uint)(value >> 32), slots.Length);
        while (slots[slot] != 0 && (uint)slots[slot] != Gone)
        {
            slot = Next(slot, slots.Length);
        }

        bool isNew = slots[slot] == 0;
        Volatile.Write(ref slots[slot], value);
        return isNew;
    }

    /// <summary>Never 0, which is an empty slot: numbers are told from 1.</summary>
    private static ulong Slot(uint hash, NodeEntry node) => ((ulong)hash << 32) | ((uint)node.PlaceNumber + 1);

    private static int First(uint hash, int slots) => (int)(((ulong)hash * (uint)slots) >> 32);

    private static int Next(int slot, int slots) => slot + 1 == slots ? 0 : slot + 1;

    /// <summary>Walks the nodes of one hash.</summary>
    internal ref struct Places
    {
        private readonly IdPlaces _places;
        private readonly ulong[] _slots;
        private readonly uint _hash;
        private int _slot;
        private int _left;

        internal Places(IdPlaces places, uint hash)
        {
            (_places, _slots, _hash) = (places, places._slots, hash);
            _slot = First(hash, _slots.Length);
            _left = _slots.Length;
        }

        /// <summary>The node reached.</summary>
        public NodeEntry Current { get; private set; } = null!;

        /// <summary>For <c>foreach</c>.</summary>
        public readonly Places GetEnumerator() => this;

        /// <summary>Goes to the next node.</summary>
        public bool MoveNext()
        {
            while (_left-- > 0)
            {
                ulong slot = Volatile.Read(ref _slots[_slot]);
                if (slot == 0)
                {
                    return false;
                }

                _slot = Next(_slot, _slots.Length);
                if ((uint)(slot >> 32) == _hash && (uint)slot != Gone && _places._nodes[(int)((uint)slot - 1)] is { } node)
                {
                    Current = node;
                    return true;
                }
            }

            return false;
        }
    }
}
