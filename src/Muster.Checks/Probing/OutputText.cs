using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Muster.Checks.Probing;

/// <summary>Keeps check outputs short and valid, whatever the target sent.</summary>
internal static class OutputText
{
    /// <summary>The most UTF-8 bytes an output has, and the most bytes of a response body that are kept.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The longest beginning of a text that fits, cut between characters, broken surrogates replaced.</summary>
    public static string Cap(string text)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        Utf8.FromUtf16(text, buffer.AsSpan(0, MaxBytes), out _, out int written);
        string capped = Encoding.UTF8.GetString(buffer, 0, written);
        ArrayPool<byte>.Shared.Return(buffer);
        return capped;
    }

    /// <summary>Reads bytes as UTF-8, replacing what is not. When they were cut, half a character at the end is dropped.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, bool cut)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(bytes.Length);
        Utf8.ToUtf16(bytes, buffer, out _, out int written, replaceInvalidSequences: true, isFinalBlock: !cut);
        string text = new(buffer, 0, written);
        ArrayPool<char>.Shared.Return(buffer);
        return text;
    }
}
