namespace Muster.Protocols.Consul.Http;

/// <summary>
/// Walks a raw query string pair by pair without allocating. <see cref="Name"/> and <see cref="RawValue"/> are views
/// into it, still percent-encoded; <see cref="Value"/> decodes.
/// </summary>
internal ref struct QueryReader
{
    private ReadOnlySpan<char> _rest;

    public QueryReader(ReadOnlySpan<char> query)
    {
        _rest = query is ['?', ..] ? query[1..] : query;
        Name = default;
        RawValue = default;
    }

    /// <summary>The name of the pair reached. Names are compared as written: no client encodes them.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The value as it stands in the URL, empty when there is none.</summary>
    public ReadOnlySpan<char> RawValue { get; private set; }

    /// <summary>The value decoded (allocates).</summary>
    public readonly string Value => PercentEncoding.DecodeQueryValue(RawValue);

    /// <summary>Goes to the next pair.</summary>
    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf('&');
            ReadOnlySpan<char> pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            int equals = pair.IndexOf('=');
            Name = equals < 0 ? pair : pair[..equals];
            RawValue = equals < 0 ? default : pair[(equals + 1)..];
            return true;
        }

        return false;
    }
}
