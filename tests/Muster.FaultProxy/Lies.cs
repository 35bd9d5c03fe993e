using System.IO.Compression;
using System.Text;

namespace Muster.FaultProxy;

/// <summary>Whole HTTP answers that no honest registry gives, for <see cref="Fault.Answer"/>.</summary>
public static class Lies
{
    /// <summary>200 with the body.</summary>
    public static byte[] Ok(string mediaType, string body) => Response("200 OK", mediaType, Encoding.UTF8.GetBytes(body));

    /// <summary>200 with the login page of somebody's proxy.</summary>
    public static byte[] Html() =>
        Ok("text/html", "<!doctype html><html><head><title>Sign in</title></head><body><h1>Please sign in to the network</h1></body></html>");

    /// <summary>An error of the given status.</summary>
    public static byte[] Error(int status) => Response($"{status} Error", "text/plain", "it hurts"u8.ToArray());

    /// <summary>200 with a body of a few hundred kilobytes that claims to be JSON and unpacks to many times its size.</summary>
    public static byte[] GzipBomb(string mediaType, int unpackedBytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] spaces = new byte[64 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (int left = unpackedBytes; left > 0; left -= spaces.Length)
            {
                gzip.Write(spaces);
            }
        }

        return Response("200 OK", mediaType, packed.ToArray(), extra: "Content-Encoding: gzip\r\n");
    }

    private static byte[] Response(string status, string mediaType, byte[] body, string extra = "")
    {
        byte[] head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{extra}\r\n");
        return [.. head, .. body];
    }
}
