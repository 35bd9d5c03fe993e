namespace Muster.Client.Tests.Streaming;

public sealed class RegistryHttpTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_FailsUnlikeHttp_IsARegistryThatCannotBeReached(bool streams)
    {
        await using var test = new ClientUnderTest([], options =>
        {
            options.Watch.UseStream = streams;
            options.HttpHandler = () => new Tokenless();
        });
        ServiceHandle service = test.Client.Service("payments");

        await ClientUnderTest.UntilAsync(() => service.Freshness.Reason?.Contains("no token", StringComparison.Ordinal) == true);
    }

    private sealed class Tokenless : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("there is no token");
    }
}
