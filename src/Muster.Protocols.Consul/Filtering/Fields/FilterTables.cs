using Muster.Model;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The fields of each kind of row that an endpoint filters. See docs/reference/consul-filter.md.</summary>
internal static class FilterTables
{
    private static readonly TextField NoText = new(static (in _) => new FilterText(""));

    private static readonly Dictionary<string, FilterField> NodeMembers = new()
    {
        ["ID"] = new TextField(static (in row) => new FilterText(row.Node.Definition.Id)),
        ["Node"] = new TextField(static (in row) => new FilterText(row.Node.Definition.Name)),
        ["Address"] = new TextField(static (in row) => new FilterText(row.Node.Definition.Address)),
        ["Datacenter"] = new TextField(static (in row) => new FilterText(row.Node.Definition.Datacenter)),
        ["TaggedAddresses"] = new NodeMapField(static (in row) => row.Node.Definition.TaggedAddresses),
        ["Meta"] = new NodeMapField(static (in row) => row.Node.Definition.Metadata),
        ["Partition"] = NoText,
        ["PeerName"] = NoText,
    };

    private static readonly Dictionary<string, FilterField> InstanceMembers = new()
    {
        ["Kind"] = new TextField(static (in row) => new FilterText(row.Instance.Data.Kind)),
        ["ID"] = new TextField(static (in row) => new FilterText(row.Instance.Data.Id)),
        ["Service"] = new TextField(static (in row) => new FilterText(row.Instance.Data.Service)),
        ["Tags"] = new TextListField(static (in row) => row.Instance.Data.Tags),
        ["Address"] = new TextField(static (in row) => new FilterText(row.Instance.Data.Address)),
        ["TaggedAddresses"] = new InstanceAddressesField(),
        ["Meta"] = new InstanceMetadataField(),
        ["Port"] = new NumberField(static (in row) => row.Instance.Data.Port),
        ["SocketPath"] = new TextField(static (in row) => new FilterText(row.Instance.Data.SocketPath)),
        ["Weights"] = new GroupField(new Dictionary<string, FilterField>
        {
            ["Passing"] = new NumberField(static (in row) => row.Instance.Data.PassingWeight),
            ["Warning"] = new NumberField(static (in row) => row.Instance.Data.WarningWeight),
        }),
        ["EnableTagOverride"] = new FlagField(static (in row) => row.Instance.Data.EnableTagOverride),
        ["Proxy"] = ProxyFields.Proxy,
        ["Connect"] = ProxyFields.Connect,
        ["PeerName"] = NoText,
    };

    private static readonly Dictionary<string, FilterField> CheckMembers = new()
    {
        ["Node"] = NodeMembers["Node"],
        ["CheckID"] = new TextField(CheckTexts.Id),
        ["Name"] = new TextField(CheckTexts.Name),
        ["Status"] = new TextField(static (in row) => new FilterText(row.Check.Status.ToText())),
        ["Notes"] = new TextField(static (in row) => new FilterText(row.Check.Definition.Notes)),
        ["Output"] = new TextField(static (in row) => new FilterText(row.Check.Output)),
        ["ServiceID"] = new TextField(static (in row) => row.OptionalInstance is { } owner ? new FilterText(owner.Data.Id) : default),
        ["ServiceName"] = new TextField(static (in row) => new FilterText(row.OptionalInstance?.Data.Service ?? "")),
        ["ServiceTags"] = new TextListField(static (in row) => row.OptionalInstance is { } owner ? owner.Data.Tags : default),
        ["Type"] = new TextField(CheckTexts.Type),
        ["Interval"] = new TextField(CheckTexts.Interval),
        ["Timeout"] = new TextField(CheckTexts.Timeout),
        ["ExposedPort"] = new NumberField(static (in _) => 0),
        ["PeerName"] = NoText,
    };

    /// <summary><c>catalog/nodes</c>.</summary>
    public static GroupField Nodes { get; } = new(NodeMembers);

    /// <summary>Services as <c>catalog/node</c>, <c>catalog/node-services</c> and <c>agent/services</c> show them.</summary>
    public static GroupField NodeServices { get; } = new(InstanceMembers);

    /// <summary><c>health/checks</c>, <c>health/node</c>, <c>health/state</c> and <c>agent/checks</c>.</summary>
    public static GroupField Checks { get; } = new(CheckMembers);

    /// <summary><c>health/service</c> and its like.</summary>
    public static GroupField HealthEntries { get; } = new(new Dictionary<string, FilterField>
    {
        ["Node"] = Nodes,
        ["Service"] = NodeServices,
        ["Checks"] = new AnyCheckField(Checks),
    });

    /// <summary><c>catalog/service</c> and its like, and <c>catalog/services</c>, which shows what at least one row has.</summary>
    public static GroupField ServiceRows { get; } = new(FlatMembers());

    /// <summary>A node's fields by their own names, its metadata and everything of the service under a name of its own.</summary>
    private static Dictionary<string, FilterField> FlatMembers()
    {
        Dictionary<string, FilterField> members = [];
        foreach (string name in (ReadOnlySpan<string>)["ID", "Node", "Address", "Datacenter", "TaggedAddresses"])
        {
            members.Add(name, NodeMembers[name]);
        }

        members.Add("NodeMeta", NodeMembers["Meta"]);
        foreach ((string name, FilterField field) in InstanceMembers)
        {
            string flat = name switch { "PeerName" => name, "Service" => "ServiceName", _ => "Service" + name };
            members.Add(flat, field);
        }

        return members;
    }
}
