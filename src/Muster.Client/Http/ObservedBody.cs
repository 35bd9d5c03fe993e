using System.Net;
using System.Net.Http.Headers;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Http;

/// <summary>
/// A response's body that reports how reading it ended, for streams and long bodies: they take most of the call's time, and
/// break when the instance dies.
/// </summary>
internal sealed class ObservedBody : HttpContent
{
    private readonly HttpContent _inner;
    private readonly StreamedCall _call;

    public ObservedBody(HttpContent inner, StreamedCall call)
    {
        _inner = inner;
        _call = call;
        foreach (KeyValuePair<string, HeaderStringValues> header in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new ObservedStream(await _inner.ReadAsStreamAsync().ConfigureAwait(false), _call);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new ObservedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _call);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new ObservedStream(_inner.ReadAsStream(cancellationToken), _call);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
            _call.Complete(CallResult.Success);
        }
        catch (Exception failure) when (Report(failure))
        {
            throw;
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            _inner.CopyTo(stream, context, cancellationToken);
            _call.Complete(CallResult.Success);
        }
        catch (Exception failure) when (Report(failure))
        {
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // a caller that has read enough may leave
            _call.Complete(CallResult.Success);
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Report(Exception failure)
    {
        _call.Complete(ObservedStream.ResultOf(failure));
        return false;
    }
}
