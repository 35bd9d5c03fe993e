using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("http://payments/x", "payments", null, 0, nameof(SchemePreference.Http))]
    [InlineData("http://Payments", "payments", null, 0, nameof(SchemePreference.Http))]
    [InlineData("https://payments/", "payments", null, 0, nameof(SchemePreference.Https))]
    [InlineData("https+http://payments?x=1", "payments", null, 0, nameof(SchemePreference.HttpsThenHttp))]
    [InlineData("http+https://payments", "payments", null, 0, nameof(SchemePreference.HttpThenHttps))]
    [InlineData("https+http://_admin.payments/x", "payments", "admin", 0, nameof(SchemePreference.HttpsThenHttp))]
    [InlineData("http://payments:1234/x", "payments", null, 1234, nameof(SchemePreference.Http))]
    [InlineData("http://pay-ments_2", "pay-ments_2", null, 0, nameof(SchemePreference.Http))]
    public void Parse_ServiceUri_Reads(string uri, string service, string? endpoint, int port, string schemes)
    {
        RequestTarget? target = RequestTarget.Parse(new Uri(uri), RequestTarget.IsSingleLabel);

        Assert.Equal(new RequestTarget(service, endpoint, port, Enum.Parse<SchemePreference>(schemes)), target);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::1]:80/")]
    [InlineData("http://localhost:5000/")]
    [InlineData("http://LOCALHOST/")]
    [InlineData("http://example.org/")]
    [InlineData("http://payments.default.svc/")]
    [InlineData("http://_admin.example.org/")]
    [InlineData("ftp://payments/")]
    [InlineData("file:///payments")]
    [InlineData("mailto:someone@payments")]
    public void Parse_OtherUri_IsNull(string uri) => Assert.Null(RequestTarget.Parse(new Uri(uri), RequestTarget.IsSingleLabel));

    [Fact]
    public void Parse_OwnRule_Decides()
    {
        static bool IsOurs(string host) => host.EndsWith(".internal", StringComparison.Ordinal);

        Assert.Equal("payments.internal", RequestTarget.Parse(new Uri("http://payments.internal/"), IsOurs)?.Service);
        Assert.Equal("admin", RequestTarget.Parse(new Uri("http://_admin.payments.internal/"), IsOurs)?.Endpoint);
        Assert.Null(RequestTarget.Parse(new Uri("http://payments/"), IsOurs));
    }
}
