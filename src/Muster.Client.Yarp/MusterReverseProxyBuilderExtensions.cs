using Microsoft.Extensions.DependencyInjection.Extensions;
using Muster.Client.Yarp;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Muster to a YARP proxy.</summary>
public static class MusterReverseProxyBuilderExtensions
{
    /// <summary>
    /// Lets destinations name services: a cluster with the destination <c>http://payments</c> has the instances of <c>payments</c>,
    /// as they come and go. Replaces another destination resolver.
    /// </summary>
    public static IReverseProxyBuilder AddMusterDestinations(this IReverseProxyBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddMuster();
        builder.Services.Replace(ServiceDescriptor.Singleton<IDestinationResolver, MusterDestinationResolver>());
        return builder;
    }
}
