using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class InstanceEndpointTests
{
    private static readonly ServiceInstance s_plain = new() { Service = "payments", Id = "p", Address = "10.0.0.7", Port = 8080 };
    private static readonly ServiceInstance s_both = s_plain with { Ports = Ports(("http", 81), ("https", 444)) };

    public static TheoryData<string, string, string?, string?> Cases => new()
    {
        { "http://payments", "plain", "http://10.0.0.7:8080", null },
        { "https://payments", "plain", "https://10.0.0.7:8080", "payments" },
        { "https+http://payments", "plain", "http://10.0.0.7:8080", null },
        { "http+https://payments", "plain", "http://10.0.0.7:8080", null },
        { "http://payments", "both", "http://10.0.0.7:81", null },
        { "https://payments", "both", "https://10.0.0.7:444", "payments" },
        { "https+http://payments", "both", "https://10.0.0.7:444", "payments" },
        { "http+https://payments", "both", "http://10.0.0.7:81", null },
        { "https+http://payments", "scheme", "https://10.0.0.7:8080", "payments" },
        { "https+http://payments", "secure", "https://10.0.0.7:8080", "payments" },
        { "https+http://payments", "tag", "https://10.0.0.7:8080", "payments" },
        { "http+https://payments", "tag", "https://10.0.0.7:8080", "payments" },
        { "http://payments", "tag", "http://10.0.0.7:8080", null },
        { "https+http://_admin.payments", "admin", "http://10.0.0.7:9000", null },
        { "https+http://_admin.payments", "admin-https", "https://10.0.0.7:9000", "payments" },
        { "https+http://_https.payments", "both", "https://10.0.0.7:444", "payments" },
        { "https://_admin.payments", "admin", "https://10.0.0.7:9000", "payments" },
        { "http://_admin.payments", "plain", null, null },
        { "http://payments:1234", "both", "http://10.0.0.7:1234", null },
        { "https+http://payments:1234", "both", "https://10.0.0.7:1234", "payments" },
        { "https://payments", "named", "https://pay-7.example.org:8080", null },
        { "http://payments", "host", "http://10.0.0.7:8080", "pay.example.org" },
        { "http://payments", "v6", "http://[2001:db8::7]:8080", null },
        { "https://payments", "v6", "https://[2001:db8::7]:8080", "payments" },
        { "http://payments", "no-port", null, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_RequestAndInstance_Decide(string uri, string instance, string? prefix, string? host)
    {
        RequestTarget target = RequestTarget.Parse(new Uri(uri), RequestTarget.IsSingleLabel)!;

        InstanceEndpoint? endpoint = InstanceEndpoint.Of(Instance(instance), target);

        Assert.Equal(prefix, endpoint?.Prefix);
        Assert.Equal(host, endpoint?.Host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("evil.example.org/x")]
    [InlineData("user@host")]
    [InlineData("host?x")]
    [InlineData("host#x")]
    [InlineData("host\r\nX: y")]
    [InlineData("host:1:2")]
    public void Of_AddressThatIsNone_IsNull(string address) =>
        Assert.Null(InstanceEndpoint.Of(s_plain with { Address = address }, RequestTarget.Parse(new Uri("http://payments"), RequestTarget.IsSingleLabel)!));

    [Theory]
    [InlineData("a b")]
    [InlineData("user@host")]
    [InlineData("host ")]
    [InlineData("host/x")]
    [InlineData("host\r\nX: y")]
    public void Of_HostThatIsNone_IsIgnored(string host)
    {
        InstanceEndpoint? endpoint = InstanceEndpoint.Of(
            s_plain with { Metadata = Metadata(("host", host)) }, RequestTarget.Parse(new Uri("http://payments"), RequestTarget.IsSingleLabel)!);

        Assert.Null(endpoint!.Value.Host);
    }

    private static ServiceInstance Instance(string kind) => kind switch
    {
        "both" => s_both,
        "scheme" => s_plain with { Metadata = Metadata(("scheme", "HTTPS")) },
        "secure" => s_plain with { Metadata = Metadata(("secure", "true")) },
        "tag" => s_plain with { Tags = ["blue", "https"] },
        "admin" => s_plain with { Ports = Ports(("admin", 9000)) },
        "admin-https" => s_plain with { Ports = Ports(("admin", 9000)), Metadata = Metadata(("admin.scheme", "https")) },
        "named" => s_plain with { Address = "pay-7.example.org" },
        "host" => s_plain with { Metadata = Metadata(("host", "pay.example.org")) },
        "v6" => s_plain with { Address = "2001:db8::7" },
        "no-port" => s_plain with { Port = 0 },
        _ => s_plain,
    };

    private static Dictionary<string, int> Ports(params (string Name, int Port)[] ports) => ports.ToDictionary(port => port.Name, port => port.Port);

    private static Dictionary<string, string> Metadata(params (string Key, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Key, pair => pair.Value);
}
