using System.Buffers.Text;
using System.Text;

namespace Muster.Bench.Load;

/// <summary>An answer's head (status line and headers, each ending in CRLF) and body.</summary>
internal readonly ref struct HttpAnswer(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
{
    private const int StatusOffset = 9; // after "HTTP/1.1 "

    public ReadOnlySpan<byte> Head { get; } = head;

    public ReadOnlySpan<byte> Body { get; } = body;

    public int Status => Utf8Parser.TryParse(Head[StatusOffset..], out int status, out _) ? status : 0;

    /// <summary>The X-Consul-Index header, or 0.</summary>
    public long Index =>
        TryGetHeader("X-Consul-Index"u8, out var value) && Utf8Parser.TryParse(value, out long index, out _) ? index : 0;

    public bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = Head;
        int end;
        while ((end = rest.IndexOf("\r\n"u8)) >= 0)
        {
            var line = rest[..end];
            rest = rest[(end + 2)..];
            if (line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
            {
                value = line[(name.Length + 1)..].Trim((byte)' ');
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>All headers in the order they came.</summary>
    public List<KeyValuePair<string, string>> Headers()
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in Encoding.ASCII.GetString(Head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        return headers;
    }

    /// <summary>Throws unless the status is 200; returns the answer for chaining.</summary>
    public HttpAnswer EnsureOk(string what) =>
        Status == 200 ? this : throw new BenchException($"{what}: {Status} {Encoding.UTF8.GetString(Body)}");
}
