using System.Text;

namespace Muster.Catalog;

/// <summary>
/// The instances of one node by id: an open-addressing hash table with one writer and any number of readers without
/// locks. A slot is one reference and an instance carries its own key, so a reader sees a whole entry or none.
/// </summary>
internal sealed class InstanceTable
{
    private const int InitialSlots = 8;

    /// <summary>Marks a slot whose instance is gone: readers must look further, writers may reuse it when growing.</summary>
    private static readonly object Gone = new();

    private volatile object?[] _slots = new object?[InitialSlots];
    private int _used;

    /// <summary>How many instances there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Finds by UTF-8 id; any thread.</summary>
    internal Instance? Find(ReadOnlySpan<byte> id) => Find(id, Hash(id));

    /// <summary>Finds by UTF-8 id, whose <see cref="Hash"/> is the same for every table; any thread.</summary>
    internal Instance? Find(ReadOnlySpan<byte> id, int hash)
    {
        object?[] slots = _slots;
        int mask = slots.Length - 1;
        for (int slot = hash & mask; ; slot = (slot + 1) & mask)
        {
            object? found = Volatile.Read(ref slots[slot]);
            if (found is null)
            {
                return null;
            }

            if (found is Instance instance && instance.Data.Id.SequenceEqual(id))
            {
                return instance;
            }
        }
    }

    /// <summary>Finds by id; any thread. Allocates only for ids over 170 characters.</summary>
    internal Instance? Find(ReadOnlySpan<char> id)
    {
        Span<byte> buffer = stackalloc byte[512];
        Span<byte> utf8 = id.Length * 3 <= buffer.Length ? buffer : new byte[Encoding.UTF8.GetByteCount(id)];
        return Find(utf8[..Encoding.UTF8.GetBytes(id, utf8)]);
    }

    /// <summary>Adds or replaces; the writer only.</summary>
    internal void Set(Instance instance)
    {
        ReadOnlySpan<byte> id = instance.Data.Id;
        int mask = _slots.Length - 1;
        for (int slot = Hash(id) & mask; ; slot = (slot + 1) & mask)
        {
            object? found = _slots[slot];
            if (found is null)
            {
                break;
            }

            if (found is Instance present && present.Data.Id.SequenceEqual(id))
            {
                Volatile.Write(ref _slots[slot], instance);
                return;
            }
        }

        if ((_used + 1) * 4 > _slots.Length * 3)
        {
            Rebuild();
        }

        Place(_slots, instance);
        _used++;
        Count++;
    }

    /// <summary>Removes; the writer only.</summary>
    internal void Remove(ReadOnlySpan<byte> id)
    {
        int mask = _slots.Length - 1;
        for (int slot = Hash(id) & mask; _slots[slot] is { } found; slot = (slot + 1) & mask)
        {
            if (found is Instance present && present.Data.Id.SequenceEqual(id))
            {
                Volatile.Write(ref _slots[slot], Gone);
                Count--;
                return;
            }
        }
    }

    /// <summary>All instances, in no order; any thread, but a consistent set only for the writer.</summary>
    internal IEnumerable<Instance> All()
    {
        foreach (object? found in _slots)
        {
            if (found is Instance instance)
            {
                yield return instance;
            }
        }
    }

    private void Rebuild()
    {
        int size = InitialSlots;
        while (size < (Count + 1) * 2)
        {
            size *= 2;
        }

        var slots = new object?[size];
        foreach (object? found in _slots)
        {
            if (found is Instance instance)
            {
                Place(slots, instance);
            }
        }

        _used = Count;
        _slots = slots;
    }

    private static void Place(object?[] slots, Instance instance)
    {
        int mask = slots.Length - 1;
        int slot = Hash(instance.Data.Id) & mask;
        while (slots[slot] is not null)
        {
            slot = (slot + 1) & mask;
        }

        Volatile.Write(ref slots[slot], instance);
    }

    /// <summary>Where an id is looked for.</summary>
    internal static int Hash(ReadOnlySpan<byte> id)
    {
        // The runtime's keyed hash, so that nobody can choose ids that collide.
        var hash = new HashCode();
        hash.AddBytes(id);
        return hash.ToHashCode();
    }
}
