namespace Muster.Client.Streaming;

/// <summary>The HTTP connections of one client to its registry, apart from those of the application.</summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public RegistryHttp(MusterClientOptions options)
    {
        HttpMessageHandler handler = options.HttpHandler?.Invoke() ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // a server that cannot be reached is told from one that does not answer
            ConnectTimeout = options.Watch.HelloTimeout / 2,
            // the registry's name may point elsewhere by now
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // a stream that is given up is closed, not read to its end
            MaxResponseDrainSize = 0,
            // an answer is decompressed by us, within bounds
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            // lookups belong to no request of the application
            ActivityHeadersPropagator = null,
        };
        _invoker = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Sends a request; returns when the headers of the answer are there. Fails as HTTP does, also when a handler of the application's own fails otherwise.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (HttpRequestException or IOException or OperationCanceledException))
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    public void Dispose() => _invoker.Dispose();
}
