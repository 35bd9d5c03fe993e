using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Muster.Server.Hosting;

/// <summary>
/// Muster's HTTP application, straight on Kestrel: one handler for every request, and one <see cref="HttpContext"/> per
/// connection that is used again for each of its requests. A hosting pipeline in between would cost a tenth of a read.
/// </summary>
internal sealed class HttpFront(RequestDelegate handler) : IHttpApplication<DefaultHttpContext>
{
    /// <inheritdoc />
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> connection)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (connection.HostContext is { } used)
        {
            used.Initialize(contextFeatures);
            return used;
        }

        return connection.HostContext = new DefaultHttpContext(contextFeatures);
    }

    /// <inheritdoc />
    public Task ProcessRequestAsync(DefaultHttpContext context) => handler(context);

    /// <inheritdoc />
    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
}
