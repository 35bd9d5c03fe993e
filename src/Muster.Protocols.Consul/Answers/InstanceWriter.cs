using Muster.Catalog;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Answers;

/// <summary>Writes one element of a list.</summary>
internal delegate void InstanceWriter(GoJsonWriter json, Instance instance);
