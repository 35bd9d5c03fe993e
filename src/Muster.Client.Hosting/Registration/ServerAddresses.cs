using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Muster.Client.Hosting.Registration;

/// <summary>Reads what the host's web server listens on, if the host has one.</summary>
internal static class ServerAddresses
{
    private const string ServerType = "Microsoft.AspNetCore.Hosting.Server.IServer, Microsoft.AspNetCore.Hosting.Server.Abstractions";

    /// <summary>The addresses with their real ports, once the server has started; empty in a host without a web server.</summary>
    public static IEnumerable<string> Of(IServiceProvider services) =>
        Type.GetType(ServerType, throwOnError: false) is null ? [] : Read(services);

    /// <remarks>Not inlined: a host may run where ASP.NET Core is not installed, and must not look for its types.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IEnumerable<string> Read(IServiceProvider services)
    {
        var server = (IServer?)services.GetService(typeof(IServer));
        return server?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
    }
}
