namespace Muster.Protocols.Consul.Json;

/// <summary>Builds a map as the model wants it: a list sorted by key (ordinal), each key once, the last value given.</summary>
internal readonly struct SortedPairs<T>
{
    public SortedPairs()
    {
    }

    /// <summary>The pairs so far.</summary>
    public List<KeyValuePair<string, T>> Items { get; } = new(4);

    /// <summary>Adds a pair or replaces the one with the same key.</summary>
    public void Set(string key, T value)
    {
        int low = 0, high = Items.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(Items[middle].Key, key);
            if (order == 0)
            {
                Items[middle] = new(key, value);
                return;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        Items.Insert(low, new(key, value));
    }
}
