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
    private readonly HttpResponseMessage _response;
    private readonly StreamedCall _call;

    /// <summary>For the body that the response has until now.</summary>
    public ObservedBody(HttpResponseMessage response, StreamedCall call)
    {
        _inner = response.Content;
        _response = response;
        _call = call;
        foreach (KeyValuePair<string, HeaderStringValues> header in _inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <summary>It was read to its end.</summary>
    public void End() => _call.Complete(GrpcStatus.ResultOf(_response));

    /// <summary>It was read as far as the caller wanted.</summary>
    public void Leave() => _call.Complete(CallResult.Success);

    /// <summary>Reading it failed. Always false, for exception filters.</summary>
    public bool Fail(Exception failure)
    {
        _call.Complete(failure switch
        {
            // the caller's own haste
            OperationCanceledException or ObjectDisposedException => CallResult.Success,
            IOException or HttpRequestException => CallResult.ConnectionFailed,
            _ => CallResult.Abandoned,
        });
        return false;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new ObservedStream(await _inner.ReadAsStreamAsync().ConfigureAwait(false), this);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new ObservedStream(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) =>
        new ObservedStream(_inner.ReadAsStream(cancellationToken), this);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await _inner.CopyToAsync(stream, context, cancellationToken).ConfigureAwait(false);
            End();
        }
        catch (Exception failure) when (Fail(failure))
        {
            throw;
        }
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            _inner.CopyTo(stream, context, cancellationToken);
            End();
        }
        catch (Exception failure) when (Fail(failure))
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
            Leave();
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
