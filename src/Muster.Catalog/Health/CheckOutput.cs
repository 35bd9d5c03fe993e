using System.Text;

namespace Muster.Catalog;

/// <summary>Bounds what a check may say about itself.</summary>
public static class CheckOutput
{
    /// <summary>The most bytes of output that are kept: 4 KiB.</summary>
    public const int MaxBytes = 4096;

    /// <summary>
    /// Cuts output to its limit in bytes, at a whole character, and says so: <c>&lt;start&gt; ... (captured N of M bytes)</c>.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <param name="limit">1 to 4096; anything else means 4096.</param>
    public static string Cut(string output, int limit)
    {
        int most = limit is > 0 and < MaxBytes ? limit : MaxBytes;
        if (output.Length * 3 <= most)
        {
            return output;
        }

        int bytes = Encoding.UTF8.GetByteCount(output);
        if (bytes <= most)
        {
            return output;
        }

        int kept = 0, length = 0;
        foreach (Rune rune in output.EnumerateRunes())
        {
            if (kept + rune.Utf8SequenceLength > most)
            {
                break;
            }

            kept += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        return $"{output.AsSpan(0, length)} ... (captured {kept} of {bytes} bytes)";
    }
}
