namespace Muster.Protocols.Consul.Http;

/// <summary>Error texts that clients know. Word for word, without a newline.</summary>
internal static class Refusals
{
    public const string UnknownPath = "Invalid URL path: not a recognized HTTP API endpoint";
    public const string NotAnApiPath = "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'";
    public const string Moved = "Moved Permanently";
    public const string NoPathToDatacenter = "No path to datacenter";
    public const string Namespace = "Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature";
    public const string Partition = "Invalid query parameter: \"partition\" - Partitions are a Consul Enterprise feature";
    public const string NamespaceHeader = "Invalid header: \"X-Consul-Namespace\" - Namespaces are a Consul Enterprise feature";
    public const string BrokenBody = "Request body was cut short, came too slowly or is malformed";
    public const string CacheControl = "Invalid Cache-Control header.";
    public const string LongName = "Invalid name: it has more than 1024 characters";
    public const string TooManyBlockedQueries = "Too many blocking queries are waiting on this server, try again later";
    public const string AccessControlOff = "ACL support disabled";
    public const string TooManyBlockedQueriesOfClient = "Too many blocking queries of this address are waiting (limits.max_watchers_per_client), try again later";
    public const string NoPeering = "Muster does not have this part of Consul: peering of clusters";
    public const string Internal = "Internal error";
}
