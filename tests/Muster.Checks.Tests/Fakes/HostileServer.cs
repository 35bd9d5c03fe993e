using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Muster.Checks.Tests.Fakes;

/// <summary>A TCP server on a free loopback port that does to each connection what the test says.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Conversation, Task> _behave;
    private readonly Task _accepting;
    private readonly TaskCompletionSource _firstEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    public HostileServer(Func<Conversation, Task> behave)
    {
        _behave = behave;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Ends when the behaviour towards the first connection has, also when it failed because the peer went away.</summary>
    public Task FirstConversation => _firstEnded.Task.WaitAsync(Patience.Limit);

    /// <summary>A server that reads a request and answers with these bytes.</summary>
    public static HostileServer Answering(string response) => new(async talk =>
    {
        await talk.ReadRequestAsync();
        await talk.SendAsync(response);
    });

    /// <summary>A port on which nobody listens.</summary>
    public static int ClosedPort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public static X509Certificate2 SelfSigned(string name, DateTimeOffset? expires = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset end = expires ?? DateTimeOffset.UtcNow.AddDays(1);
        using X509Certificate2 certificate = request.CreateSelfSigned(end.AddDays(-2), end);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.WaitAsync(Patience.Limit);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> conversations = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                conversations.Add(ConverseAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        await using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            await _behave(new Conversation(stream, _stop.Token));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // the peer left, or the test is over
        }
        finally
        {
            _firstEnded.TrySetResult();
        }
    }

    internal sealed class Conversation(Stream stream, CancellationToken stop)
    {
        public async Task<Conversation> SecureAsync(X509Certificate2 certificate)
        {
            SslStream tls = new(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
            return new Conversation(tls, stop);
        }

        /// <summary>Reads up to the empty line and returns it all as text.</summary>
        public async Task<string> ReadRequestAsync()
        {
            StringBuilder text = new();
            byte[] buffer = new byte[4096];
            while (!text.ToString().Contains("\r\n\r\n"))
            {
                int read = await stream.ReadAsync(buffer, stop);
                if (read == 0)
                {
                    break;
                }

                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            return text.ToString();
        }

        /// <summary>Waits until the peer has sent something.</summary>
        public async Task ReceiveAsync() => await stream.ReadExactlyAsync(new byte[1], stop);

        public async Task SendAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop);

        public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes, stop);

        /// <summary>Says nothing until the peer closes the connection.</summary>
        public async Task AwaitCloseAsync()
        {
            byte[] buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
            }
        }
    }
}
