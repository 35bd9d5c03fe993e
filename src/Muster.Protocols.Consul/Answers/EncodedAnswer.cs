using System.Globalization;
using Microsoft.Extensions.Primitives;
using Muster.Catalog;

namespace Muster.Protocols.Consul.Answers;

/// <summary>A body ready to be sent, with the text of the index that belongs to it.</summary>
internal class EncodedAnswer(byte[] body, StringValues indexText) : Memo
{
    // This object, the arrays' headers and the text of the index.
    private const int Overhead = 176;

    public EncodedAnswer(byte[] body, long index)
        : this(body, new StringValues(index.ToString(CultureInfo.InvariantCulture)))
    {
    }

    /// <summary>What goes to the socket: JSON, or JSON compressed.</summary>
    public byte[] Body { get; } = body;

    /// <summary>The value of <c>X-Consul-Index</c>.</summary>
    public StringValues IndexText { get; } = indexText;

    /// <inheritdoc />
    public override int Bytes => Body.Length + Overhead;
}
