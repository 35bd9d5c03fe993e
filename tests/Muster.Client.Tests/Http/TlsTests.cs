using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class TlsTests : IAsyncDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly ConcurrentQueue<string?> _names = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly X509Certificate2 _certificate = Certificate("payments");
    private readonly WebApplication _app;

    public TlsTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, name) =>
            {
                _names.Enqueue(name);
                return _certificate;
            }));
        });
        _app = builder.Build();
        _app.Run(context =>
        {
            _requests.Enqueue($"{context.Request.Scheme} {context.Request.Host}");
            return context.Response.WriteAsync("ok");
        });
    }

    [Fact]
    public async Task Send_ByScheme_UsesThePortAndTheNameThatFit()
    {
        await _app.StartAsync(Never);
        int[] ports = [.. _app.Urls.OrderBy(url => url.StartsWith("https", StringComparison.Ordinal)).Select(url => new Uri(url).Port)];
        await using Fleet fleet = await Fleet.StartAsync(0);
        fleet.Show(new ServiceInstance
        {
            Service = "payments",
            Id = "p",
            Address = "127.0.0.1",
            Port = ports[0],
            Ports = new Dictionary<string, int> { ["http"] = ports[0], ["https"] = ports[1] },
        });
        using var http = new HttpClient(new DiscoveryHandler(fleet.Client)
        {
            InnerHandler = new SocketsHttpHandler
            {
                SslOptions =
                {
                    // nobody signed it, but it must be for the name that was asked for
                    RemoteCertificateValidationCallback = static (_, _, _, error) => !error.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
                },
            },
        });

        foreach (string scheme in new[] { "http", "https", "https+http", "http+https" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://payments/");
            using HttpResponseMessage response = await http.SendAsync(request, Never);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Null(request.Headers.Host);
        }

        Assert.Equal([$"http 127.0.0.1:{ports[0]}", "https payments", "https payments", $"http 127.0.0.1:{ports[0]}"], _requests);
        Assert.Equal(["payments"], _names.Distinct());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }
}
