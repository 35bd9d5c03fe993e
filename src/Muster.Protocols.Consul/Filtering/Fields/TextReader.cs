namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Reads a text off a row.</summary>
internal delegate FilterText TextReader(in FilterRow row);
