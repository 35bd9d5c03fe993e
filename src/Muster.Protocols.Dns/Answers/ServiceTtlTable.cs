namespace Muster.Protocols.Dns.Answers;

/// <summary>The time to live of a service's records: by its exact name, else by the longest matching <c>prefix*</c>, else 0.</summary>
internal sealed class ServiceTtlTable
{
    private readonly Dictionary<string, uint> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Prefix, uint Seconds)> _prefixes = [];

    public ServiceTtlTable(IReadOnlyDictionary<string, TimeSpan> configured)
    {
        foreach ((string name, TimeSpan ttl) in configured)
        {
            uint seconds = (uint)ttl.TotalSeconds;
            if (name.EndsWith('*'))
            {
                _prefixes.Add((name[..^1], seconds));
            }
            else
            {
                _exact[name] = seconds;
            }
        }

        _prefixes.Sort(static (left, right) => right.Prefix.Length.CompareTo(left.Prefix.Length));
    }

    public uint Find(string service)
    {
        if (_exact.TryGetValue(service, out uint seconds))
        {
            return seconds;
        }

        foreach ((string prefix, uint prefixSeconds) in _prefixes)
        {
            if (service.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return prefixSeconds;
            }
        }

        return 0;
    }
}
