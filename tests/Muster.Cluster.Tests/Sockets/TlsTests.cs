using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Cluster.Sockets;
using Kind = Muster.Cluster.Tests.Sockets.RecordingHandler.Kind;

namespace Muster.Cluster.Tests.Sockets;

public sealed class TlsTests : IDisposable
{
    private const string ServerName = "server.dc1.consul";

    private readonly string _directory = Directory.CreateTempSubdirectory("muster-tls").FullName;
    private readonly X509Certificate2 _authority = Authority("ours");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(ServerName)]
    [InlineData("127.0.0.1")]
    public async Task Dial_CertificateOfTheAuthorityForNameOrAddress_ConnectsAndCarriesMessages(string name)
    {
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, name));
        await using var b = new SocketPeer("b", tls: Issue("b", _authority, name));
        (ILink mine, _) = await a.ConnectAsync(b);
        byte[] message = RandomNumberGenerator.GetBytes(300_000);
        Assert.True(mine.TrySend(message));
        Assert.Equal(message, (await b.Handler.NextAsync(Kind.Message)).Bytes);
    }

    [Fact]
    public async Task Dial_OtherAuthority_IsRefusedByEitherSide()
    {
        using X509Certificate2 others = Authority("others");
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, ServerName));
        await using var stranger = new SocketPeer("b", tls: Issue("b", others, ServerName, trusted: _authority));
        await AssertRefusedAsync(a, stranger);
        await AssertRefusedAsync(stranger, a);
        a.AssertRefused(HandshakeFailure.Tls);
    }

    [Fact]
    public async Task Dial_ExpiredCertificate_IsRefused()
    {
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, ServerName));
        await using var old = new SocketPeer("b", tls: Issue("b", _authority, ServerName, until: DateTimeOffset.UtcNow.AddHours(-1)));
        await AssertRefusedAsync(a, old);
        await AssertRefusedAsync(old, a);
    }

    [Fact]
    public async Task Dial_CertificateForAnotherName_IsRefused()
    {
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, ServerName));
        await using var other = new SocketPeer("b", tls: Issue("b", _authority, "web.example"));
        await AssertRefusedAsync(a, other);
        await AssertRefusedAsync(other, a);
    }

    [Fact]
    public async Task Dial_OneSideInTheClear_IsRefused()
    {
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, ServerName), change: options => options with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await using var clear = new SocketPeer("b", change: options => options with { HandshakeTimeout = TimeSpan.FromSeconds(1) });
        await AssertRefusedAsync(a, clear);
        await AssertRefusedAsync(clear, a);
    }

    [Fact]
    public async Task Dial_RightCertificateWrongSecret_IsRefused()
    {
        await using var a = new SocketPeer("a", tls: Issue("a", _authority, ServerName));
        await using var b = new SocketPeer("b", secret: "another secret altogether", tls: Issue("b", _authority, ServerName));
        a.Transport.Dial(b.Address);
        Assert.Equal("the cluster's secret differs", (await a.Handler.NextAsync(Kind.DialFailed)).Text);
    }

    [Fact]
    public void Load_FilesThatDoNotHoldWhatTheyShould_NamesThem()
    {
        Issue("a", _authority, ServerName);
        string pem = Path.Combine(_directory, "a.pem"), key = Path.Combine(_directory, "a.key"), ca = Path.Combine(_directory, "a-ca.pem");
        Assert.Contains("ca_file", Assert.Throws<IOException>(() => PeerTls.Load(Path.Combine(_directory, "none"), pem, key, ServerName)).Message, StringComparison.Ordinal);
        Assert.Contains("ca_file", Assert.Throws<IOException>(() => PeerTls.Load(key, pem, key, ServerName)).Message, StringComparison.Ordinal);
        Assert.Contains("cert_file", Assert.Throws<IOException>(() => PeerTls.Load(ca, key, key, ServerName)).Message, StringComparison.Ordinal);
        Assert.Contains("key_file", Assert.Throws<IOException>(() => PeerTls.Load(ca, pem, pem, ServerName)).Message, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(SocketPeer dialer, SocketPeer listener)
    {
        dialer.Transport.Dial(listener.Address);
        await dialer.Handler.NextAsync(Kind.DialFailed);
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }

    private PeerTls Issue(string file, X509Certificate2 authority, string name, X509Certificate2? trusted = null, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={file}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(
            authority, DateTimeOffset.UtcNow.AddDays(-1), until ?? DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        string pem = Path.Combine(_directory, file + ".pem"), keyFile = Path.Combine(_directory, file + ".key"), ca = Path.Combine(_directory, file + "-ca.pem");
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(ca, (trusted ?? authority).ExportCertificatePem());
        return PeerTls.Load(ca, pem, keyFile, ServerName);
    }
}
