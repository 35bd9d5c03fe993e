using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Muster.Protocols.Rest;

/// <summary>Entity tags (RFC 9110). Ours are strong: a hash of the bytes, so that what shows something else has another one.</summary>
internal static class EntityTag
{
    private const int HashBytes = 12;

    /// <summary>The tag of a document.</summary>
    public static string Of(ReadOnlySpan<byte> document)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(document, hash);
        return $"\"{Convert.ToHexStringLower(hash[..HashBytes])}\"";
    }

    /// <summary>Whether a reader that sent <c>If-None-Match</c> has this document: compared weakly, as the header asks for.</summary>
    public static bool IsAmong(StringValues header, string tag)
    {
        foreach (string? line in header)
        {
            foreach (Range part in line.AsSpan().Split(','))
            {
                ReadOnlySpan<char> known = line.AsSpan(part).Trim();
                known = known.StartsWith("W/", StringComparison.Ordinal) ? known[2..] : known;
                if (known is "*" || known.SequenceEqual(tag))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
