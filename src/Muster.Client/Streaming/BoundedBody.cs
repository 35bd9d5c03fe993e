using System.Buffers;
using System.IO.Compression;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>The body of an answer in a pooled buffer, decompressed, and never longer than a limit.</summary>
internal readonly struct BoundedBody(byte[] buffer, int length, RejectReason reason) : IDisposable
{
    private const int FirstSize = 16 * 1024;

    /// <summary>Why there is no body; <see cref="RejectReason.None"/> when there is.</summary>
    public RejectReason Reason => reason;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads a body; one that was cut off throws as the network does.</summary>
    public static async Task<BoundedBody> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        ICollection<string> encodings = content.Headers.ContentEncoding;
        bool isGzip = encodings.Count == 1 && string.Equals(encodings.First(), "gzip", StringComparison.OrdinalIgnoreCase);
        if (encodings.Count > 0 && !isGzip)
        {
            return new BoundedBody([], 0, RejectReason.WrongEncoding);
        }

        if (content.Headers.ContentLength > limit)
        {
            return new BoundedBody([], 0, RejectReason.TooLarge);
        }

        Stream raw = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        Stream stream = isGzip ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        await using (stream.ConfigureAwait(false))
        {
            return await ReadAsync(stream, limit, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => GiveBack(buffer);

    private static async Task<BoundedBody> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
        var length = 0;
        try
        {
            while (true)
            {
                int count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += count;
                if (count == 0)
                {
                    var body = new BoundedBody(buffer, length, RejectReason.None);
                    buffer = [];
                    return body;
                }

                if (length > limit)
                {
                    return new BoundedBody([], 0, RejectReason.TooLarge);
                }

                buffer = length == buffer.Length ? Grow(buffer) : buffer;
            }
        }
        catch (InvalidDataException)
        {
            return new BoundedBody([], 0, RejectReason.WrongEncoding);
        }
        finally
        {
            GiveBack(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
