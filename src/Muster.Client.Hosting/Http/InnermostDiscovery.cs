using Microsoft.Extensions.Http;
using Muster.Client.Http;

namespace Muster.Client.Hosting.Http;

/// <summary>
/// Makes discovery the innermost of a client's handlers, and there but once, in whatever order they were added: what retries,
/// hedges or signs sees the service's name, and each of its attempts picks an instance anew.
/// </summary>
internal sealed class InnermostDiscovery : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        IList<DelegatingHandler> handlers = builder.AdditionalHandlers;
        DiscoveryHandler? discovery = handlers.OfType<DiscoveryHandler>().FirstOrDefault();
        if (discovery is null)
        {
            return;
        }

        foreach (DiscoveryHandler handler in handlers.OfType<DiscoveryHandler>().ToArray())
        {
            handlers.Remove(handler);
        }

        handlers.Add(discovery);
    };
}
