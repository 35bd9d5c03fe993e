using System.Buffers;

namespace Muster.Checks.Probing;

/// <summary>The beginning of a response body.</summary>
/// <param name="Text">What was kept, as text.</param>
/// <param name="TimedOut">The time was over before the body was, or before enough of it had come.</param>
internal readonly record struct BodyText(string Text, bool TimedOut)
{
    /// <summary>
    /// Reads a body to its end, or to a bound, keeping a beginning of it. A body that breaks off is taken as it came:
    /// the status line is what decides, and many small servers miscount their bodies.
    /// </summary>
    public static async ValueTask<BodyText> ReadAsync(HttpContent content, int keep, int readAtMost, CancellationToken cancellationToken)
    {
        byte[] kept = ArrayPool<byte>.Shared.Rent(keep);
        byte[] rest = ArrayPool<byte>.Shared.Rent(keep);
        int total = 0;
        bool timedOut = false;
        try
        {
            await using Stream body = await content.ReadAsStreamAsync(cancellationToken);
            while (total < readAtMost)
            {
                Memory<byte> target = total < keep ? kept.AsMemory(total, keep - total) : rest.AsMemory(0, keep);
                int read = await body.ReadAsync(target, cancellationToken);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }
        }
        catch (OperationCanceledException)
        {
            timedOut = true;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // broken off; see above
        }

        string text = OutputText.Decode(kept.AsSpan(0, Math.Min(total, keep)), cut: total > keep || timedOut);
        ArrayPool<byte>.Shared.Return(kept);
        ArrayPool<byte>.Shared.Return(rest);
        return new BodyText(text, timedOut);
    }
}
