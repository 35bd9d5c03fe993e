namespace Muster.Protocols.Consul.Filtering;

/// <summary>A text as the catalog holds it: UTF-8 from a packed instance, or a string.</summary>
internal readonly ref struct FilterText
{
    public FilterText(ReadOnlySpan<byte> utf8) => Utf8 = utf8;

    public FilterText(string text) => Text = text;

    /// <summary>The text in UTF-8, unless <see cref="Text"/> is there.</summary>
    public ReadOnlySpan<byte> Utf8 { get; }

    /// <summary>The text as a string, where the catalog has one.</summary>
    public string? Text { get; }
}
