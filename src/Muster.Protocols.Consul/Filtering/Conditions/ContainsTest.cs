using System.Text;

namespace Muster.Protocols.Consul.Filtering.Conditions;

/// <summary>Has a given text somewhere in it.</summary>
internal sealed class ContainsTest(string value) : TextTest
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(value);

    public override bool Passes(FilterText text) =>
        text.Text is { } shown ? shown.Contains(value, StringComparison.Ordinal) : text.Utf8.IndexOf(_utf8) >= 0;
}
