using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Consul.Http;

/// <summary>gzip, for bodies that are worth it and clients that want it.</summary>
internal static class Compression
{
    /// <summary>A body below this fits one packet anyway and is sent as it is.</summary>
    public const int SmallestBody = 1400;

    /// <summary>True when the client accepts gzip (and does not give it a weight of zero).</summary>
    public static bool IsAccepted(IHeaderDictionary headers)
    {
        foreach (string? line in headers.AcceptEncoding)
        {
            ReadOnlySpan<char> rest = line;
            while (!rest.IsEmpty)
            {
                int comma = rest.IndexOf(',');
                ReadOnlySpan<char> coding = comma < 0 ? rest : rest[..comma];
                rest = comma < 0 ? default : rest[(comma + 1)..];
                if (IsGzip(coding))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Compresses.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> body)
    {
        using var compressed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return compressed.ToArray();
    }

    private static bool IsGzip(ReadOnlySpan<char> coding)
    {
        int semicolon = coding.IndexOf(';');
        ReadOnlySpan<char> name = (semicolon < 0 ? coding : coding[..semicolon]).Trim();
        if (!name.Equals("gzip", StringComparison.OrdinalIgnoreCase) && name is not "*")
        {
            return false;
        }

        ReadOnlySpan<char> weight = semicolon < 0 ? default : coding[(semicolon + 1)..].Trim();
        return !weight.StartsWith("q=0", StringComparison.OrdinalIgnoreCase) || weight[3..].IndexOfAnyInRange('1', '9') >= 0;
    }
}
