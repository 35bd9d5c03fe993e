using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Muster.Server.Admission;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>Kestrel, set up for Muster: where it listens and how much it takes from a client.</summary>
internal sealed class HttpListener : IDisposable
{
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    /// <summary>Room for the longest filter with every character escaped, and its path.</summary>
    private const int MaxRequestLine = 32 * 1024;

    /// <summary>
    /// What the kernel keeps of an answer that is not read, instead of the 4 MiB it may grow to on its own. It doubles
    /// the figure for its own bookkeeping.
    /// </summary>
    private const int SendBuffer = 256 * 1024;

    private const int TcpUserTimeout = 18;
    private const int MillisecondsWithoutProgress = 20_000;

    /// <summary>Who reads an answer more slowly than this is disconnected. Large answers are written in pieces, so that it shows soon.</summary>
    private static readonly MinDataRate SlowestReader = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly KestrelServer _server;

    public HttpListener(AgentOptions options, AdmissionControl admission, ILoggerFactory logging)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MinResponseDataRate = SlowestReader;
        foreach (IPAddress address in options.HttpAddresses)
        {
            kestrel.Listen(address, options.HttpPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => new ConnectionAdmission(admission, next).OnConnectionAsync);
            });
        }

        var loggers = new ScopelessLoggers(logging);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { CreateBoundListenSocket = Bind }), loggers);
        _server = new KestrelServer(Options.Create(kestrel), transport, loggers);
    }

    /// <summary>The addresses it listens on, with real ports; complete once started.</summary>
    public IReadOnlyCollection<string> Addresses =>
        [.. _server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>Accepted connections inherit what is set here.</summary>
    private static Socket Bind(EndPoint endPoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        socket.SendBufferSize = SendBuffer;
        if (OperatingSystem.IsLinux())
        {
            // Ends a connection whose peer takes nothing, or is gone; otherwise that is a quarter of an hour, or never.
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(MillisecondsWithoutProgress));
        }

        return socket;
    }

    /// <summary>Binds and serves.</summary>
    public Task StartAsync(RequestDelegate handler, CancellationToken cancellation) =>
        _server.StartAsync(new HttpFront(handler), cancellation);

    /// <summary>Stops accepting and lets requests end until <paramref name="hurry"/>.</summary>
    public Task StopAsync(CancellationToken hurry) => _server.StopAsync(hurry);

    /// <inheritdoc />
    public void Dispose() => _server.Dispose();
}
