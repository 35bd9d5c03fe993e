using Muster.Catalog;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>What one element of an answer is made from; fields read straight off it.</summary>
internal readonly ref struct FilterRow
{
    private readonly Instance? _instance;
    private readonly Check? _check;
    private readonly ReadOnlySpan<byte> _proxySettings;

    /// <summary>A row of a node, of an instance, or of a check of either.</summary>
    public FilterRow(Node node, Instance? instance = null, Check? check = null)
    {
        Node = node;
        _instance = instance;
        _check = check;
    }

    public FilterRow(Instance instance)
        : this(instance.Node, instance)
    {
    }

    public FilterRow(in CheckRef check)
        : this(check.Node, check.Instance, check.Check)
    {
    }

    private FilterRow(Node node, Instance? instance, ReadOnlySpan<byte> proxySettings)
        : this(node, instance) => _proxySettings = proxySettings;

    public Node Node { get; }

    /// <summary>The instance, in tables whose rows have one.</summary>
    public Instance Instance => _instance!;

    /// <summary>The instance, in tables whose rows may have none.</summary>
    public Instance? OptionalInstance => _instance;

    /// <summary>The check, in tables of checks.</summary>
    public Check Check => _check!;

    /// <summary>The instance's proxy settings as JSON, or the part of them that is looked at; empty when it is no proxy.</summary>
    public ReadOnlySpan<byte> ProxySettings =>
        !_proxySettings.IsEmpty ? _proxySettings : Instance.Data.HasProxy ? Instance.Data.Proxy.Settings : default;

    /// <summary>The same row, looked at through one object within its proxy settings.</summary>
    public FilterRow WithProxySettings(ReadOnlySpan<byte> part) => new(Node, _instance, part);
}
