using System.Collections.Concurrent;
using Muster.Protocols.Consul.Filtering.Fields;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>
/// The filters that clients of one kind of endpoint sent lately, compiled, found by their text as it stands in the URL.
/// A hit allocates nothing.
/// </summary>
/// <remarks>
/// Bounded twice: texts longer than any that people write are compiled each time, and a full cache forgets everything,
/// which costs each live filter one compilation.
/// </remarks>
internal sealed class FilterCache(GroupField table)
{
    private const int MostFilters = 128;
    private const int LongestKept = 1024;

    private volatile ConcurrentDictionary<string, CompiledFilter> _filters = new(StringComparer.Ordinal);

    /// <summary>Puts the condition that <c>?filter</c> asks for on the request; the reason to refuse it when there is none.</summary>
    public string? Apply(ref ConsulRequest request)
    {
        if (!request.Query.HasFilter)
        {
            return null;
        }

        CompiledFilter filter = Get(request.FindRaw("filter"));
        request = request with { Filter = filter.Condition };
        return filter.Problem;
    }

    /// <summary>The filter for a raw value of <c>?filter</c>.</summary>
    public CompiledFilter Get(ReadOnlySpan<char> raw)
    {
        ConcurrentDictionary<string, CompiledFilter> filters = _filters;
        if (filters.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(raw, out CompiledFilter? hit))
        {
            return hit;
        }

        CompiledFilter filter = FilterCompiler.Compile(PercentEncoding.DecodeQueryValue(raw), table);
        if (raw.Length <= LongestKept)
        {
            if (filters.Count >= MostFilters)
            {
                _filters = filters = new ConcurrentDictionary<string, CompiledFilter>(StringComparer.Ordinal);
            }

            filters.TryAdd(raw.ToString(), filter);
        }

        return filter;
    }
}
