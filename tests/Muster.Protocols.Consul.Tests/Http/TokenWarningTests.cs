using Microsoft.Extensions.Logging;
using Muster.Protocols.Consul.Tests.Agent;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Http;

public sealed class TokenWarningTests
{
    [Theory]
    [InlineData("/v1/agent/service/register", """{"Name":"web","Token":"sesame"}""")]
    [InlineData("/v1/agent/check/register", """{"Name":"disk","TTL":"10s","Token":"sesame"}""")]
    [InlineData("/v1/catalog/register", """{"Node":"db1","Address":"10.0.0.9","Token":"sesame"}""")]
    [InlineData("/v1/catalog/deregister", """{"Node":"nobody","Token":"sesame"}""")]
    [InlineData("/v1/agent/service/register?token=sesame", """{"Name":"web"}""")]
    public async Task Write_WithAToken_WarnsOnceAndNeverShowsIt(string path, string body)
    {
        var log = new RecordingLogger();
        await using ConsulHost host = await ConsulHost.StartAsync(logger: log);
        Assert.Equal(200, (await host.PutAsync(path, body)).Status);
        Assert.Equal(200, (await host.PutAsync(path, body)).Status);

        string warning = Assert.Single(log.Warnings);
        Assert.Contains("ignored", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WithoutAToken_IsSilent()
    {
        var log = new RecordingLogger();
        await using ConsulHost host = await ConsulHost.StartAsync(logger: log);
        await host.PutOkAsync("/v1/agent/service/register", """{"Name":"web","Token":""}""");
        Assert.Empty(log.Warnings);
    }

    private sealed class RecordingLogger : ILogger<ConsulEndpoint>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Warnings)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
