using System.Globalization;
using Microsoft.Extensions.Primitives;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Answers;

/// <summary>The one answer of an endpoint without argument, kept until its index moves: plain, and compressed once asked for so.</summary>
internal sealed class KeptAnswer(long index, byte[] json)
{
    private readonly Lock _compressing = new();
    private volatile byte[]? _compressed;

    /// <summary>The index that the answer belongs to.</summary>
    public long Index => index;

    /// <summary>The value of <c>X-Consul-Index</c>.</summary>
    public StringValues IndexText { get; } = index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The answer.</summary>
    public byte[] Json => json;

    /// <summary>The answer compressed, by the first that asks for it. Any thread.</summary>
    public byte[] Compressed => _compressed ?? Compress();

    private byte[] Compress()
    {
        lock (_compressing)
        {
            return _compressed ??= Compression.Gzip(json);
        }
    }
}
