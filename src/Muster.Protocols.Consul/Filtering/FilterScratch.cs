using System.Text;
using System.Text.Json;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>Room for texts that the catalog does not hold but that follow from others. One text at a time for each thread.</summary>
internal static class FilterScratch
{
    [ThreadStatic]
    private static byte[]? Buffer;

    /// <summary><paramref name="prefix"/> and <paramref name="rest"/> in one; valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> rest)
    {
        byte[] buffer = Reserve(prefix.Length + rest.Length);
        prefix.CopyTo(buffer);
        rest.CopyTo(buffer.AsSpan(prefix.Length));
        return buffer.AsSpan(0, prefix.Length + rest.Length);
    }

    /// <summary>A text between two others; valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> prefix, string middle, ReadOnlySpan<byte> suffix)
    {
        byte[] buffer = Reserve(prefix.Length + Encoding.UTF8.GetMaxByteCount(middle.Length) + suffix.Length);
        prefix.CopyTo(buffer);
        int length = prefix.Length + Encoding.UTF8.GetBytes(middle, buffer.AsSpan(prefix.Length));
        suffix.CopyTo(buffer.AsSpan(length));
        return buffer.AsSpan(0, length + suffix.Length);
    }

    /// <summary>The text that a JSON reader stands on; valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Unescape(Utf8JsonReader text)
    {
        if (!text.ValueIsEscaped)
        {
            return text.ValueSpan;
        }

        byte[] buffer = Reserve(text.ValueSpan.Length);
        return buffer.AsSpan(0, text.CopyString(buffer));
    }

    private static byte[] Reserve(int length)
    {
        byte[] buffer = Buffer ?? [];
        return buffer.Length >= length ? buffer : Buffer = new byte[Math.Max(256, length)];
    }
}
