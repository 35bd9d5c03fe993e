namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The service mesh's part of a service. Selectors that name it are valid, and find it empty.</summary>
internal static class ProxyFields
{
    private static readonly TextField Text = new(static (in _) => new FilterText(""));
    private static readonly NumberField Number = new(static (in _) => 0);
    private static readonly FlagField Flag = new(static (in _) => false);
    private static readonly GroupField MeshGateway = Group(("Mode", Text));

    private static readonly GroupField Upstream = Group(
        ("DestinationType", Text), ("DestinationNamespace", Text), ("DestinationPartition", Text), ("DestinationPeer", Text),
        ("DestinationName", Text), ("Datacenter", Text), ("LocalBindAddress", Text), ("LocalBindPort", Number),
        ("LocalBindSocketPath", Text), ("LocalBindSocketMode", Text), ("MeshGateway", MeshGateway));

    private static readonly GroupField ExposedPath = Group(
        ("ListenerPort", Number), ("Path", Text), ("LocalPathPort", Number), ("Protocol", Text), ("ParsedFromCheck", Flag));

    private static readonly GroupField Extension = Group(
        ("Name", Text), ("Required", Flag), ("ConsulVersion", Text), ("EnvoyVersion", Text));

    private static readonly GroupField AccessLogs = Group(
        ("Enabled", Flag), ("DisableListenerLogs", Flag), ("Type", Text), ("Path", Text), ("JSONPath", Text), ("TextPath", Text));

    /// <summary><c>Proxy</c>.</summary>
    public static GroupField Proxy { get; } = Group(
        ("EnvoyExtensions", new EmptyListField(Extension)), ("DestinationServiceName", Text), ("DestinationServiceID", Text),
        ("LocalServiceAddress", Text), ("LocalServicePort", Number), ("LocalServiceSocketPath", Text),
        ("Upstreams", new EmptyListField(Upstream)), ("MeshGateway", MeshGateway),
        ("Expose", Group(("Checks", Flag), ("Paths", new EmptyListField(ExposedPath)))),
        ("TransparentProxy", Group(("OutboundListenerPort", Number), ("DialedDirectly", Flag))),
        ("Mode", Text), ("AccessLogs", AccessLogs));

    /// <summary><c>Connect</c>.</summary>
    public static GroupField Connect { get; } = Group(("Native", Flag));

    private static GroupField Group(params (string Name, FilterField Field)[] members) =>
        new(members.ToDictionary(static member => member.Name, static member => member.Field));
}
