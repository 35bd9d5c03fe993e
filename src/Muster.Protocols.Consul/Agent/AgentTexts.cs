namespace Muster.Protocols.Consul.Agent;

/// <summary>What the agent's endpoints say when they refuse, word for word as Consul (1.11 and later).</summary>
internal static class AgentTexts
{
    public const string MissingServiceId = "Missing service ID";
    public const string MissingCheckId = "Missing check ID";
    public const string MissingEnable = "Missing value for enable";
    public const string NoServiceReason = "Maintenance mode is enabled for this service, but no reason was provided. This is a default message.";
    public const string NoNodeReason = "Maintenance mode is enabled for this node, but no reason was provided. This is a default message.";

    public static string UnknownService(string id) => $"Unknown service ID \"{id}\". Ensure that the service ID is passed, not the service name.";

    public static string UnknownCheck(string id) => $"Unknown check ID \"{id}\". Ensure that the check ID is passed, not the check name.";

    public static string NoSuchServiceForCheck(string id) => $"ServiceID \"{id}\" does not exist";

    public static string NotTtl(string id) => $"CheckID \"{id}\" does not have associated TTL";

    public static string InvalidEnable(string value) => $"Invalid value for enable: \"{value}\"";

    public static string InvalidStatus(string status) => $"Invalid check status: '{status}'";

    public static string Ambiguous(string what, string id, IEnumerable<string> nodes) =>
        $"Unknown {what} \"{id}\" on this server: it is registered on several other nodes ({string.Join(", ", nodes.Order(StringComparer.Ordinal))}). Use the catalog endpoints, which name the node.";
}
