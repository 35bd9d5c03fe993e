using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Checks.Network;
using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;
using Muster.Model;

namespace Muster.Checks.Tests;

/// <summary>Fault plan H1: targets that do their worst. Each probe ends, keeps little, and leaves no connection behind.</summary>
public sealed class HostileTargetTests : IDisposable
{
    private readonly HttpProber _prober = new(new TargetDialer(new TargetResolver(new FakeResolver(["127.0.0.1"])), TimeProvider.System));

    public void Dispose() => _prober.Dispose();

    [Fact]
    public async Task Refuses_CriticalInConsulsWords()
    {
        string url = $"http://127.0.0.1:{HostileServer.ClosedPort()}/";

        ProbeResult result = await ProbeAsync(url);

        Assert.Equal(ProbeResult.Critical($"Get \"{url}\": dial tcp {new Uri(url).Authority}: connect: connection refused"), result);
    }

    [Fact]
    public async Task NeverAnswers_CriticalAtTheTimeoutAndTheConnectionIsClosed()
    {
        TaskCompletionSource asked = new();
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            asked.SetResult();
            await talk.AwaitCloseAsync();
        });

        ProbeResult result = await ProbeUntilAsync(Root(server), asked.Task);

        Assert.Equal(ProbeResult.Critical($"Get \"{Root(server)}\": context deadline exceeded (no answer within 2s)"), result);
        await server.FirstConversation;
    }

    [Fact]
    public async Task SlowBody_CriticalAtTheTimeoutAndTheConnectionIsClosed()
    {
        TaskCompletionSource trickled = new();
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for (int i = 0; i < 5; i++)
            {
                await talk.SendAsync("x");
            }

            trickled.SetResult();
            await talk.AwaitCloseAsync();
        });

        ProbeResult result = await ProbeUntilAsync(Root(server), trickled.Task);

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.Contains(" within 2s", result.Output);
        await server.FirstConversation;
    }

    [Fact]
    public async Task AnswerBreaksOffInTheHeaders_Critical()
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\nContent-Le");

        Assert.Equal(
            ProbeResult.Critical($"Get \"{Root(server)}\": EOF: the connection was closed within the answer"),
            await ProbeAsync(Root(server)));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "200 OK", HealthStatus.Passing)]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 99999999999\r\n\r\n", "500 Oops", HealthStatus.Critical)]
    public async Task InfiniteBody_BeginningKeptAndTheConnectionIsClosed(string head, string answer, HealthStatus expected)
    {
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.SendAsync(head);
            byte[] block = Encoding.ASCII.GetBytes(new string('x', 16_384));
            while (true)
            {
                await talk.SendAsync(block);
            }
        });

        ProbeResult result = await ProbeAsync(Root(server));

        string start = $"HTTP GET {Root(server)}: {answer} Output: ";
        Assert.Equal(new ProbeResult(expected, start + new string('x', 4096)), result);
        await server.FirstConversation;
    }

    [Fact]
    public async Task BodyOfTenKilobytes_ReadToItsEndSoTheSenderSeesNoBreak()
    {
        TaskCompletionSource<bool> closedCleanly = new();
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10240\r\n\r\n{new string('x', 10_240)}");
            try
            {
                await talk.AwaitCloseAsync();
                closedCleanly.SetResult(true);
            }
            catch (IOException)
            {
                closedCleanly.SetResult(false);
            }
        });

        Assert.Equal(HealthStatus.Passing, (await ProbeAsync(Root(server))).Status);
        Assert.True(await closedCleanly.Task.WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task RedirectToMetadata_CriticalSaysSoAndIsNotFollowed()
    {
        await using HostileServer server = HostileServer.Answering(
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n");

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(
            ProbeResult.Critical($"HTTP GET {Root(server)}: 302 Found (redirect to http://169.254.169.254/latest/meta-data/ not followed) Output: "),
            result);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task RedirectToItself_NotFollowedEither()
    {
        await using HostileServer server = HostileServer.Answering($"HTTP/1.1 301 Moved\r\nLocation: /{new string('a', 5000)}\r\nContent-Length: 0\r\n\r\n");

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal((HealthStatus.Critical, 1), (result.Status, server.Connections));
        Assert.InRange(result.Output.Length, 200, 400);
    }

    [Fact]
    public async Task TenMebibytesOfHeader_CriticalAndTheConnectionIsClosed()
    {
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.SendAsync("HTTP/1.1 200 OK\r\nX-Big: ");
            byte[] block = Encoding.ASCII.GetBytes(new string('x', 16_384));
            for (int i = 0; i < 640; i++)
            {
                await talk.SendAsync(block);
            }

            await talk.SendAsync("\r\n\r\n");
        });

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(ProbeResult.Critical($"Get \"{Root(server)}\": response headers exceed 64 KiB"), result);
        await server.FirstConversation;
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("<html>it works, in HTTP/0.9</html>\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\r\n\r\n")]
    public async Task Garbage_Critical(string garbage)
    {
        await using HostileServer server = HostileServer.Answering(garbage);

        Assert.Equal(ProbeResult.Critical($"Get \"{Root(server)}\": malformed HTTP response"), await ProbeAsync(Root(server)));
    }

    [Fact]
    public async Task ClosesWithoutAnswer_CriticalAndNotRetried()
    {
        await using HostileServer server = new(talk => talk.ReadRequestAsync());

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(ProbeResult.Critical($"Get \"{Root(server)}\": EOF: the connection was closed before an answer"), result);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task BodyBreaksOff_StatusLineDecides()
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(new ProbeResult(HealthStatus.Passing, $"HTTP GET {Root(server)}: 200 OK Output: half"), result);
    }

    [Fact]
    public async Task BadChunks_StatusLineDecides()
    {
        await using HostileServer server = HostileServer.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npong\r\nzz\r\n");

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(HealthStatus.Passing, result.Status);
        Assert.StartsWith($"HTTP GET {Root(server)}: 200 OK Output: ", result.Output);
    }

    [Fact]
    public async Task EndlessInterimAnswers_CriticalAtTheTimeout()
    {
        TaskCompletionSource many = new();
        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            for (int i = 0; ; i++)
            {
                await talk.SendAsync("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n");
                if (i == 100)
                {
                    many.SetResult();
                }
            }
        });

        ProbeResult result = await ProbeUntilAsync(Root(server), many.Task);

        Assert.Equal(HealthStatus.Critical, result.Status);
        await server.FirstConversation;
    }

    [Fact]
    public async Task GzipBomb_IsNeverUnpacked()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] megabyte = new byte[1024 * 1024];
            for (int i = 0; i < 64; i++)
            {
                gzip.Write(megabyte);
            }
        }

        await using HostileServer server = new(async talk =>
        {
            await talk.ReadRequestAsync();
            await talk.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
            await talk.SendAsync(packed.ToArray());
        });

        ProbeResult result = await ProbeAsync(Root(server));

        Assert.Equal(HealthStatus.Passing, result.Status);
        Assert.StartsWith($"HTTP GET {Root(server)}: 200 OK Output: \u001f\ufffd", result.Output);
        Assert.InRange(Encoding.UTF8.GetByteCount(OutputText.Cap(result.Output)), 1, 4096);
    }

    [Theory]
    [InlineData("shop.example", "", false, "tls: certificate not trusted: signed by an unknown authority")]
    [InlineData("shop.example", "", true, null)]
    [InlineData("shop.example", "other.example", true, null)]
    public async Task SelfSignedCertificate_TrustedOnlyWhenTold(string certifiedName, string serverName, bool skipVerify, string? reason)
    {
        using X509Certificate2 certificate = HostileServer.SelfSigned(certifiedName);
        await using HostileServer server = Secure(certificate);
        string url = $"https://127.0.0.1:{server.Port}/";

        ProbeResult result = await ProbeAsync(new HttpProbe(url) { TlsServerName = serverName, TlsSkipVerify = skipVerify });

        Assert.Equal(
            reason is null
                ? new ProbeResult(HealthStatus.Passing, $"HTTP GET {url}: 200 OK Output: secret")
                : ProbeResult.Critical($"Get \"{url}\": {reason}"),
            result);
    }

    [Fact]
    public async Task ExpiredCertificate_Critical()
    {
        using X509Certificate2 certificate = HostileServer.SelfSigned("shop.example", DateTimeOffset.UtcNow.AddDays(-1));
        await using HostileServer server = Secure(certificate);

        ProbeResult result = await ProbeAsync(new HttpProbe($"https://127.0.0.1:{server.Port}/") { TlsServerName = "shop.example" });

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.Contains("tls: certificate not trusted: ", result.Output);
        Assert.Contains(nameof(X509ChainStatusFlags.NotTimeValid), result.Output);
    }

    [Fact]
    public async Task PlainTextInsteadOfTls_Critical()
    {
        await using HostileServer server = new(talk => talk.SendAsync("HTTP/1.1 200 OK\r\n\r\n"));

        ProbeResult result = await ProbeAsync($"https://127.0.0.1:{server.Port}/");

        Assert.Equal(HealthStatus.Critical, result.Status);
        Assert.StartsWith($"Get \"https://127.0.0.1:{server.Port}/\": ", result.Output);
    }

    [Fact]
    public async Task TlsHandshakeNeverAnswered_CriticalAtTheTimeoutAndTheConnectionIsClosed()
    {
        TaskCompletionSource connected = new();
        await using HostileServer server = new(async talk =>
        {
            await talk.ReceiveAsync();
            connected.SetResult();
            await talk.AwaitCloseAsync();
        });

        ProbeResult result = await ProbeUntilAsync($"https://127.0.0.1:{server.Port}/", connected.Task);

        Assert.EndsWith("context deadline exceeded (no answer within 2s)", result.Output);
        await server.FirstConversation;
    }

    private static string Root(HostileServer server) => $"http://127.0.0.1:{server.Port}/";

    private static HostileServer Secure(X509Certificate2 certificate) => new(async talk =>
    {
        HostileServer.Conversation secret;
        try
        {
            secret = await talk.SecureAsync(certificate);
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            return;
        }

        await secret.ReadRequestAsync();
        await secret.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
        await secret.AwaitCloseAsync();
    });

    private Task<ProbeResult> ProbeAsync(string url) => ProbeAsync(new HttpProbe(url));

    private async Task<ProbeResult> ProbeAsync(HttpProbe probe) =>
        await _prober.ProbeAsync(probe, TargetPolicy.Default, Patience.Limit, CancellationToken.None).AsTask().WaitAsync(Patience.Limit);

    /// <summary>Probes with a timeout that strikes when the server has got as far as it should.</summary>
    private async Task<ProbeResult> ProbeUntilAsync(string url, Task reached)
    {
        using CancellationTokenSource deadline = new();
        Task<ProbeResult> probing = _prober.ProbeAsync(new HttpProbe(url), TargetPolicy.Default, TimeSpan.FromSeconds(2), deadline.Token).AsTask();
        await reached.WaitAsync(Patience.Limit);
        await deadline.CancelAsync();
        return await probing.WaitAsync(Patience.Limit);
    }
}
