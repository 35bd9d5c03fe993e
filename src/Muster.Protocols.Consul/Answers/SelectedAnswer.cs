using Muster.Catalog;

namespace Muster.Protocols.Consul.Answers;

/// <summary>An answer with some of a service's instances, and the question that it answers.</summary>
/// <param name="Shape">What the elements are.</param>
/// <param name="Filter">Which instances were asked for.</param>
/// <param name="ForCompression">Whether the client accepts a compressed body.</param>
/// <param name="IsCompressed">Whether it got one: small bodies go out as they are.</param>
/// <param name="Body">What goes to the socket.</param>
internal sealed record SelectedAnswer(MemoSlot Shape, InstanceFilter Filter, bool ForCompression, bool IsCompressed, byte[] Body);
