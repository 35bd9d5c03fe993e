using System.Text;
using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest;

/// <summary>Which instances of a service a reader asked for. Immutable.</summary>
internal sealed class ServiceFilter
{
    /// <summary>Lets everything pass.</summary>
    public static readonly ServiceFilter Open = new(HealthStatus.Critical, [], [], [], null, null, null);

    private readonly HealthStatus _worst;
    private readonly InstanceState[] _states;
    private readonly byte[][] _tags;
    private readonly (byte[] Key, byte[]? Value)[] _metadata;
    private readonly byte[]? _zone;
    private readonly byte[]? _region;

    public ServiceFilter(
        HealthStatus worst, IReadOnlyList<InstanceState> states, IReadOnlyList<string> tags, IReadOnlyList<(string Key, string? Value)> metadata,
        string? zone, string? region, string? version)
    {
        _worst = worst;
        _states = [.. states.Order().Distinct()];
        _tags = [.. tags.Order(StringComparer.Ordinal).Distinct().Select(Encoding.UTF8.GetBytes)];
        IEnumerable<(string Key, string? Value)> pairs = version is null ? metadata : metadata.Append(("version", version));
        _metadata = [.. pairs.Distinct().Order().Select(pair => (Encoding.UTF8.GetBytes(pair.Key), pair.Value is null ? null : Encoding.UTF8.GetBytes(pair.Value)))];
        _zone = zone is null ? null : Encoding.UTF8.GetBytes(zone);
        _region = region is null ? null : Encoding.UTF8.GetBytes(region);
        Key = KeyOf();
    }

    /// <summary>The same text for filters that select the same, empty for the open one.</summary>
    public string Key { get; }

    /// <summary>True when every instance passes.</summary>
    public bool IsOpen => Key.Length == 0;

    /// <summary>The instances that pass, in the snapshot's order.</summary>
    public List<Instance> Select(ServiceSnapshot? snapshot)
    {
        var selected = new List<Instance>();
        foreach (Instance instance in snapshot is null ? [] : snapshot.Instances)
        {
            if (Accepts(instance))
            {
                selected.Add(instance);
            }
        }

        return selected;
    }

    /// <summary>Whether an instance passes.</summary>
    public bool Accepts(Instance instance) => IsOpen || (IsWellEnough(instance) && HasState(instance) && HasLabels(instance.Data));

    /// <summary>Whether every instance passes.</summary>
    public bool AcceptsAll(ServiceSnapshot snapshot)
    {
        if (!IsOpen)
        {
            foreach (Instance instance in snapshot.Instances)
            {
                if (!Accepts(instance))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Why an instance does not pass, for people.</summary>
    public string WhyNot(Instance instance) => !IsWellEnough(instance)
        ? string.Join("; ", HealthReasons.Of(instance))
        : !HasState(instance) ? $"its state is {instance.State.ToText()}"
        : "its tags, metadata or locality are no longer the ones asked for";

    private bool IsWellEnough(Instance instance) => instance.Status <= _worst;

    private bool HasState(Instance instance) => _states.Length == 0 || Array.IndexOf(_states, instance.State) >= 0;

    private bool HasLabels(InstanceData data)
    {
        foreach (byte[] wanted in _tags)
        {
            if (!Contains(data.Tags, wanted))
            {
                return false;
            }
        }

        foreach ((byte[] key, byte[]? value) in _metadata)
        {
            if (!HasMetadata(data.Metadata, key, value))
            {
                return false;
            }
        }

        return (_zone is null || data.Zone.SequenceEqual(_zone)) && (_region is null || data.Region.SequenceEqual(_region));
    }

    private static bool Contains(PackedTexts texts, ReadOnlySpan<byte> wanted)
    {
        foreach (ReadOnlySpan<byte> text in texts)
        {
            if (text.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasMetadata(PackedTexts pairs, ReadOnlySpan<byte> key, byte[]? value)
    {
        while (pairs.MoveNext())
        {
            bool isKey = pairs.Current.SequenceEqual(key);
            pairs.MoveNext();
            if (isKey)
            {
                return value is null || pairs.Current.SequenceEqual(value);
            }
        }

        return false;
    }

    private string KeyOf()
    {
        // control characters keep the parts apart: the parameters may not hold any
        var key = new StringBuilder();
        key.Append(_worst == HealthStatus.Critical ? "" : $"\u0001{_worst}");
        foreach (InstanceState state in _states)
        {
            key.Append('\u0007').Append(state.ToText());
        }

        foreach (byte[] tag in _tags)
        {
            key.Append('\u0002').Append(Encoding.UTF8.GetString(tag));
        }

        foreach ((byte[] name, byte[]? value) in _metadata)
        {
            key.Append('\u0003').Append(Encoding.UTF8.GetString(name)).Append(value is null ? "" : "\u0004" + Encoding.UTF8.GetString(value));
        }

        key.Append(_zone is null ? "" : "\u0005" + Encoding.UTF8.GetString(_zone));
        key.Append(_region is null ? "" : "\u0006" + Encoding.UTF8.GetString(_region));
        return key.ToString();
    }
}
