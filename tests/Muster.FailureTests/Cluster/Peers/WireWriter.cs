using System.Text;

namespace Muster.FailureTests.Cluster.Peers;

/// <summary>Writes fields as peers send them, after <c>docs/design</c> and not with the server's code.</summary>
internal sealed class WireWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public WireWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public WireWriter Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
        return this;
    }

    public WireWriter Bytes(ReadOnlySpan<byte> bytes) => Number((ulong)bytes.Length).Raw(bytes);

    public WireWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));
}
