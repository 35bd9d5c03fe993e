using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Muster.Protocols.Consul.Http;

/// <summary>A request's body in a pooled buffer, bounded. Dispose it when done.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly byte[]? _pooled;
    private readonly int _length;

    private RequestBody(RequestBodyResult result, byte[]? pooled, int length)
    {
        Result = result;
        _pooled = pooled;
        _length = length;
    }

    /// <summary>Whether the body arrived whole.</summary>
    public RequestBodyResult Result { get; }

    /// <summary>The body. Valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _pooled.AsSpan(0, _length);

    /// <summary>Reads at most <paramref name="limit"/> bytes; a longer body is not read to its end.</summary>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit)
        {
            return new RequestBody(RequestBodyResult.TooLarge, null, 0);
        }

        PipeReader reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                ReadResult read = await reader.ReadAsync(context.RequestAborted);
                if (read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return new RequestBody(RequestBodyResult.TooLarge, null, 0);
                }

                if (read.IsCompleted)
                {
                    return Take(reader, read.Buffer);
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return new RequestBody(RequestBodyResult.Aborted, null, 0);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
        }
    }

    private static RequestBody Take(PipeReader reader, ReadOnlySequence<byte> buffer)
    {
        int length = (int)buffer.Length;
        byte[] pooled = ArrayPool<byte>.Shared.Rent(length);
        buffer.CopyTo(pooled);
        reader.AdvanceTo(buffer.End);
        return new RequestBody(RequestBodyResult.Complete, pooled, length);
    }
}
