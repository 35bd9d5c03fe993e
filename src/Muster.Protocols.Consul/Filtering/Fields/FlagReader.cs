namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Reads a truth value off a row.</summary>
internal delegate bool FlagReader(in FilterRow row);
