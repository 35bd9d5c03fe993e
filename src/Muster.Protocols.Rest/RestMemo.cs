using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>The answer to an unfiltered query, kept with the snapshot it was encoded from.</summary>
/// <param name="json">The whole document.</param>
/// <param name="instances">Where in it the list of instances stands, brackets included.</param>
internal sealed class RestMemo(ReadOnlyMemory<byte> json, Range instances) : Memo
{
    private string? _tag;

    public ReadOnlyMemory<byte> Json => json;

    public ReadOnlyMemory<byte> Instances => json[instances];

    /// <summary>The document's entity tag, made when it is first asked for.</summary>
    public string Tag => _tag ??= EntityTag.Of(json.Span);

    /// <inheritdoc />
    public override int Bytes => json.Length;
}
