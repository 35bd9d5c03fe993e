using System.Security.Cryptography;
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
    public string Tag => _tag ??= TagOf(json.Span);

    /// <inheritdoc />
    public override int Bytes => json.Length;

    /// <summary>A strong entity tag: equal bytes have equal ones, and others do not.</summary>
    public static string TagOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return $"\"{Convert.ToHexStringLower(hash[..12])}\"";
    }
}
