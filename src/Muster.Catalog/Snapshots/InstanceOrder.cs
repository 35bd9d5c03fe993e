namespace Muster.Catalog;

/// <summary>The one order of instances in every answer: node name without case, then id. Clients pair lists by position.</summary>
internal static class InstanceOrder
{
    internal static int Compare(Instance left, Instance right) =>
        Compare(left, right.Node.Entry.SortName, right.Data.Id);

    internal static int Compare(Instance left, string sortName, ReadOnlySpan<byte> id)
    {
        int byNode = ReferenceEquals(left.Node.Entry.SortName, sortName)
            ? 0
            : string.CompareOrdinal(left.Node.Entry.SortName, sortName);
        return byNode != 0 ? byNode : left.Data.Id.SequenceCompareTo(id);
    }

    /// <summary>Finds an instance's place in a sorted array: its position, or the complement of where it belongs.</summary>
    internal static int Search(ReadOnlySpan<Instance> sorted, string sortName, ReadOnlySpan<byte> id)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(sorted[middle], sortName, id);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
