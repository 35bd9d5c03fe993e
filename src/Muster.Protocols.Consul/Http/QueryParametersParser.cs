using System.Globalization;
using Muster.Wire;

namespace Muster.Protocols.Consul.Http;

/// <summary>Reads <see cref="QueryParameters"/>. Allocates only for tags, node metadata and refusals.</summary>
internal ref struct QueryParametersParser
{
    // How many tag and node-meta filters one request may carry; more are refused like a bad value.
    private const int MostFilters = 64;

    private string? _refusal, _readRefusal, _valueRefusal, _passingRefusal;
    private ulong _index;
    private TimeSpan _wait;
    private bool _sawIndex, _sawWait, _sawPassing, _sawLongDatacenter;
    private bool _stale, _consistent, _cached, _foreign, _pretty, _passing, _token, _sawFilter, _filter, _near, _peer;
    private List<string>? _tags;
    private List<KeyValuePair<string, string>>? _nodeMetadata;

    /// <summary>Reads the parameters of a raw query string, for a server in <paramref name="datacenter"/>.</summary>
    public static QueryParameters Parse(ReadOnlySpan<char> query, string datacenter)
    {
        if (query.IsEmpty)
        {
            return default;
        }

        var parser = new QueryParametersParser();
        var reader = new QueryReader(query);
        while (reader.Read())
        {
            parser.Take(reader, datacenter);
        }

        return parser.Finish();
    }

    private void Take(in QueryReader reader, string datacenter)
    {
        switch (reader.Name)
        {
            case "passing":
                TakePassing(reader.RawValue);
                break;
            case "index":
                TakeIndex(reader.RawValue);
                break;
            case "wait":
                TakeWait(reader);
                break;
            case "stale":
                _stale = true;
                break;
            case "consistent":
                _consistent = true;
                break;
            case "cached":
                _cached = true;
                break;
            case "near":
                _near |= !reader.RawValue.IsEmpty;
                break;
            case "peer":
                _peer |= !reader.RawValue.IsEmpty;
                break;
            case "pretty":
                _pretty = true;
                break;
            case "token":
                _token |= !reader.RawValue.IsEmpty;
                break;
            case "filter":
                TakeFilter(reader.RawValue);
                break;
            case "tag":
                TakeTag(reader);
                break;
            case "node-meta":
                TakeNodeMetadata(reader);
                break;
            case "dc" or "datacenter":
                TakeDatacenter(reader, datacenter);
                break;
            case "ns" or "partition":
                TakeNamespace(reader);
                break;
            case "max_stale":
                TakeMaxStale(reader);
                break;
            default:
                break;
        }
    }

    private readonly QueryParameters Finish() => new()
    {
        Refusal = _refusal,
        ReadRefusal = _readRefusal ?? Conflict() ?? _valueRefusal,
        PassingRefusal = _passingRefusal,
        Index = _index,
        Wait = _wait,
        Consistency = _consistent ? Consistency.Consistent : _stale ? Consistency.Stale : Consistency.Leader,
        ForeignDatacenter = _foreign,
        ForeignPeer = _peer,
        HasNear = _near,
        Pretty = _pretty,
        Passing = _passing,
        Cached = _cached,
        HasToken = _token,
        HasFilter = _filter,
        Tags = _tags,
        NodeMetadata = _nodeMetadata,
    };

    private readonly string? Conflict() => !_consistent ? null
        : _stale ? "Cannot specify ?stale with ?consistent, conflicting semantics."
        : _cached ? "Cannot specify ?cached with ?consistent, conflicting semantics."
        : null;

    private void TakeIndex(ReadOnlySpan<char> value)
    {
        if (_sawIndex || value.IsEmpty)
        {
            return;
        }

        _sawIndex = true;
        if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _index))
        {
            _readRefusal ??= "Invalid index";
        }
    }

    private void TakeWait(in QueryReader reader)
    {
        if (_sawWait || reader.RawValue.IsEmpty)
        {
            return;
        }

        _sawWait = true;
        if (!GoDuration.TryParse(reader.RawValue.Contains('%') ? reader.Value : reader.RawValue, out _wait))
        {
            _readRefusal ??= "Invalid wait time";
        }
    }

    private void TakeMaxStale(in QueryReader reader)
    {
        if (reader.RawValue.IsEmpty)
        {
            return;
        }

        string value = reader.Value;
        if (!GoDuration.TryParse(value, out TimeSpan limit))
        {
            _readRefusal ??= $"Invalid max_stale value \"{value}\"";
        }

        _stale |= limit > TimeSpan.Zero;
    }

    private void TakePassing(ReadOnlySpan<char> value)
    {
        if (_sawPassing)
        {
            return;
        }

        _sawPassing = true;
        switch (value)
        {
            case "" or "1" or "t" or "T" or "true" or "TRUE" or "True":
                _passing = true;
                break;
            case "0" or "f" or "F" or "false" or "FALSE" or "False":
                break;
            default:
                _passingRefusal = "Invalid value for ?passing";
                break;
        }
    }

    /// <summary>The first one counts, as in Consul, even when it is empty.</summary>
    private void TakeFilter(ReadOnlySpan<char> value)
    {
        _filter = _sawFilter ? _filter : !value.IsEmpty;
        _sawFilter = true;
    }

    private void TakeTag(in QueryReader reader)
    {
        _tags ??= [];
        if (_tags.Count == MostFilters)
        {
            _valueRefusal ??= "Too many tags";
            return;
        }

        _tags.Add(reader.Value);
    }

    private void TakeNodeMetadata(in QueryReader reader)
    {
        _nodeMetadata ??= [];
        if (_nodeMetadata.Count == MostFilters)
        {
            _valueRefusal ??= "Too many node-meta filters";
            return;
        }

        string pair = reader.Value;
        int colon = pair.IndexOf(':');
        _nodeMetadata.Add(colon < 0 ? new(pair, "") : new(pair[..colon], pair[(colon + 1)..]));
    }

    private void TakeDatacenter(in QueryReader reader, string datacenter)
    {
        bool isLong = reader.Name.Length > 2;
        if (_sawLongDatacenter && !isLong)
        {
            return;
        }

        _sawLongDatacenter |= isLong;
        _foreign = !reader.RawValue.IsEmpty && !reader.Value.Equals(datacenter, StringComparison.OrdinalIgnoreCase);
    }

    private void TakeNamespace(in QueryReader reader)
    {
        if (reader.RawValue.IsEmpty || reader.RawValue.SequenceEqual("default"))
        {
            return;
        }

        _refusal ??= reader.Name.Length == 2 ? Refusals.Namespace : Refusals.Partition;
    }
}
