using Muster.Model;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>Reads a list of texts off a row.</summary>
internal delegate PackedTexts TextListReader(in FilterRow row);
