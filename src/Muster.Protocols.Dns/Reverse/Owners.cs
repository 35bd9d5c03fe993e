namespace Muster.Protocols.Dns.Reverse;

/// <summary>The names that share one address, each with how often. Nearly always one.</summary>
internal sealed class Owners
{
    private readonly List<(string Name, int Count)> _names = new(capacity: 1);

    /// <summary>The first name by the alphabet, so that answers do not depend on who registered first.</summary>
    public string First => _names[0].Name;

    public void Add(string name)
    {
        int position = Find(name);
        if (position >= 0)
        {
            _names[position] = (_names[position].Name, _names[position].Count + 1);
        }
        else
        {
            _names.Insert(~position, (name, 1));
        }
    }

    /// <summary>Takes a name away once; true when no name is left.</summary>
    public bool Remove(string name)
    {
        int position = Find(name);
        if (position >= 0)
        {
            int left = _names[position].Count - 1;
            if (left > 0)
            {
                _names[position] = (_names[position].Name, left);
            }
            else
            {
                _names.RemoveAt(position);
            }
        }

        return _names.Count == 0;
    }

    private int Find(string name)
    {
        int low = 0;
        int high = _names.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.Compare(_names[middle].Name, name, StringComparison.OrdinalIgnoreCase);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
