namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The service mesh's part of a service. Its settings are read from the JSON they are kept as; few filters ask for them.</summary>
internal static class ProxyFields
{
    private static readonly GroupField Upstream = Group(
        Text("DestinationType"), Text("DestinationNamespace"), Text("DestinationPartition"), Text("DestinationPeer"),
        Text("DestinationName"), Text("Datacenter"), Text("LocalBindAddress"), Number("LocalBindPort"),
        Text("LocalBindSocketPath"), Text("LocalBindSocketMode"), ("MeshGateway", Group(Text("MeshGateway", "Mode"))));

    private static readonly GroupField ExposedPath = Group(
        Number("ListenerPort"), Text("Path"), Number("LocalPathPort"), Text("Protocol"), Flag("ParsedFromCheck"));

    private static readonly GroupField Extension = Group(Text("Name"), Flag("Required"), Text("ConsulVersion"), Text("EnvoyVersion"));

    private static readonly GroupField AccessLogs = Group(
        Flag("AccessLogs", "Enabled"), Flag("AccessLogs", "DisableListenerLogs"), Text("AccessLogs", "Type"),
        Text("AccessLogs", "Path"), Text("AccessLogs", "JSONFormat"), Text("AccessLogs", "TextFormat"));

    /// <summary><c>Proxy</c>.</summary>
    public static GroupField Proxy { get; } = Group(
        Text("DestinationServiceName"), Text("DestinationServiceID"), Text("LocalServiceAddress"), Number("LocalServicePort"),
        Text("LocalServiceSocketPath"), Text("Mode"), ("AccessLogs", AccessLogs),
        ("EnvoyExtensions", new ProxySettingsListField(new ProxySetting("EnvoyExtensions"), Extension)),
        ("Upstreams", new ProxySettingsListField(new ProxySetting("Upstreams"), Upstream)),
        ("MeshGateway", Group(Text("MeshGateway", "Mode"))),
        ("Expose", Group(
            Flag("Expose", "Checks"), ("Paths", new ProxySettingsListField(new ProxySetting("Expose", "Paths"), ExposedPath)))),
        ("TransparentProxy", Group(Number("TransparentProxy", "OutboundListenerPort"), Flag("TransparentProxy", "DialedDirectly"))));

    /// <summary><c>Connect</c>.</summary>
    public static GroupField Connect { get; } = Group(("Native", new FlagField(static (in row) => row.Instance.Data.IsMeshNative)));

    private static (string Name, FilterField Field) Text(params string[] path) => (path[^1], new TextField(new ProxySetting(path).Text));

    private static (string Name, FilterField Field) Number(params string[] path) => (path[^1], new NumberField(new ProxySetting(path).Number));

    private static (string Name, FilterField Field) Flag(params string[] path) => (path[^1], new FlagField(new ProxySetting(path).Flag));

    private static GroupField Group(params (string Name, FilterField Field)[] members) =>
        new(members.ToDictionary(static member => member.Name, static member => member.Field));
}
