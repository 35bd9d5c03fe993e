using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Muster.Protocols.Consul.Tests.Http;

/// <summary>A real Kestrel on a free loopback port, with one terminal middleware.</summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private KestrelHost(WebApplication application)
    {
        _application = application;
        Uri address = new(application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());
        EndPoint = new IPEndPoint(IPAddress.Loopback, address.Port);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    /// <summary>A client that neither follows redirects nor decompresses.</summary>
    public HttpClient Client { get; }

    public IPEndPoint EndPoint { get; }

    public static async Task<KestrelHost> StartAsync(RequestDelegate middleware)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        application.Run(middleware);
        await application.StartAsync();
        return new KestrelHost(application);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var impatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(impatience.Token);
        await _application.DisposeAsync();
    }
}
