namespace Muster.Checks.Scheduling;

/// <summary>
/// Waiting slots, the earliest due first: a binary heap in which every slot knows its place, so that removing or
/// replacing any check costs O(log n) and leaves nothing behind.
/// </summary>
internal sealed class DueHeap
{
    private readonly List<ProbeSlot> _slots = [];

    public int Count => _slots.Count;

    public ProbeSlot? First => _slots.Count == 0 ? null : _slots[0];

    public void Add(ProbeSlot slot)
    {
        _slots.Add(slot);
        SiftUp(slot, _slots.Count - 1);
    }

    public void Remove(ProbeSlot slot)
    {
        int hole = slot.HeapIndex;
        ProbeSlot last = _slots[^1];
        _slots.RemoveAt(_slots.Count - 1);
        slot.HeapIndex = -1;
        if (!ReferenceEquals(slot, last))
        {
            SiftDown(last, hole);
            SiftUp(last, last.HeapIndex);
        }
    }

    private void SiftUp(ProbeSlot slot, int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_slots[parent].Due <= slot.Due)
            {
                break;
            }

            Place(_slots[parent], index);
            index = parent;
        }

        Place(slot, index);
    }

    private void SiftDown(ProbeSlot slot, int index)
    {
        while ((2 * index) + 1 < _slots.Count)
        {
            int child = (2 * index) + 1;
            if (child + 1 < _slots.Count && _slots[child + 1].Due < _slots[child].Due)
            {
                child++;
            }

            if (slot.Due <= _slots[child].Due)
            {
                break;
            }

            Place(_slots[child], index);
            index = child;
        }

        Place(slot, index);
    }

    private void Place(ProbeSlot slot, int index)
    {
        _slots[index] = slot;
        slot.HeapIndex = index;
    }
}
