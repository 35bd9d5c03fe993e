using System.Text;

namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>Equal byte for byte.</summary>
internal sealed class EqualTest(string value) : TextTest
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(value);

    public override bool Passes(FilterText text) => text.Text is { } shown ? shown == value : text.Utf8.SequenceEqual(_utf8);
}
