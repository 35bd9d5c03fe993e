using Muster.Catalog;

namespace Muster.Protocols.Rest;

/// <summary>The answer to an unfiltered query, kept with the snapshot it was encoded from.</summary>
internal sealed class RestMemo(ReadOnlyMemory<byte> json) : Memo
{
    public ReadOnlyMemory<byte> Json => json;

    /// <inheritdoc />
    public override int Bytes => json.Length;
}
