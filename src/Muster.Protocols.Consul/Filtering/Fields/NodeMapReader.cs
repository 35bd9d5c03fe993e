namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Reads one of a node's maps off a row.</summary>
internal delegate IReadOnlyList<KeyValuePair<string, string>> NodeMapReader(in FilterRow row);
