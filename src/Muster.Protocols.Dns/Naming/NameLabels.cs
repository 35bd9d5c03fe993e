namespace Muster.Protocols.Dns.Naming;

/// <summary>The labels of a name below its domain, lower case. Label i is text[starts[i] + 1 .. starts[i + 1]]; any run is its dotted text.</summary>
internal readonly ref struct NameLabels(ReadOnlySpan<byte> text, ReadOnlySpan<byte> starts)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly ReadOnlySpan<byte> _starts = starts;

    public int Count => _starts.Length - 1;

    /// <summary>One label.</summary>
    public ReadOnlySpan<byte> this[int position] => Range(position, position + 1);

    /// <summary>The labels from one to before another, with the dots between them.</summary>
    public ReadOnlySpan<byte> Range(int from, int to) => _text[(_starts[from] + 1).._starts[to]];
}
