namespace Muster.Checks.Probing;

/// <summary>
/// The connection of one probe, opened before the request is sent. The HTTP handler may take it once. It asks again to
/// retry, when the peer closed the connection before it answered; then the probe has its result.
/// </summary>
internal sealed class ProbeConnection(Stream stream)
{
    public static readonly HttpRequestOptionsKey<ProbeConnection> Key = new("Muster.ProbeConnection");

    private Stream? _stream = stream;

    public static ValueTask<Stream> TakeAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Stream? stream = context.InitialRequestMessage.Options.TryGetValue(Key, out ProbeConnection? connection)
            ? Interlocked.Exchange(ref connection._stream, null)
            : null;
        return stream is null
            ? ValueTask.FromException<Stream>(new IOException("EOF: the connection was closed before an answer"))
            : ValueTask.FromResult(stream);
    }
}
