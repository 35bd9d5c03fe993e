namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Reads a whole number off a row.</summary>
internal delegate long NumberReader(in FilterRow row);
