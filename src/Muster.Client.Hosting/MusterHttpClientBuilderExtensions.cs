using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Muster.Client;
using Muster.Client.Hosting.Http;
using Muster.Client.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds discovery to HTTP clients.</summary>
public static class MusterHttpClientBuilderExtensions
{
    /// <summary>
    /// Makes a client understand <c>http://payments</c>, <c>https+http://payments</c> and <c>http://_admin.payments</c>. Requests for
    /// other hosts are left alone. Works with <c>ConfigureHttpClientDefaults</c>; the order among other handlers does not matter.
    /// </summary>
    public static IHttpClientBuilder AddMusterDiscovery(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddMuster();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, InnermostDiscovery>());
        return builder.AddHttpMessageHandler(services => new DiscoveryHandler(services.GetRequiredService<MusterClient>()));
    }
}
