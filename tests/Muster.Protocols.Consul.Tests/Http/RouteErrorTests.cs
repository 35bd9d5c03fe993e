using System.Text;
using Muster.Protocols.Consul.Http;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Http;

/// <summary>Every route with every method and every kind of mistake.</summary>
public sealed class RouteErrorTests : IAsyncLifetime
{
    private const string NoPath = "500 No path to datacenter";
    private static readonly string[] AllMethods = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "PURGE"];
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync(host: new FakeAgentHost { LogIsTaken = true });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Table_AndRoutes_AreTheSame() =>
        Assert.Equal(
            _host.Endpoint.Routes.Routes.Select(route => $"{route.Path} {route.Verbs}").Order(StringComparer.Ordinal),
            RouteErrorRow.All.Select(row => $"{row.Path} {row.Verbs}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Route_MethodItDoesNotTake_Is405WithAllow()
    {
        foreach (RouteErrorRow row in RouteErrorRow.All)
        {
            string allow = string.Join(',', row.Methods.Prepend("OPTIONS"));
            foreach (string method in AllMethods.Except(row.Methods))
            {
                ConsulAnswer answer = await SendAsync(method, row.Sample + "?index=x&ns=team", "{");
                string expected = method == "OPTIONS" ? "200 " : method == "HEAD" ? "405 " : $"405 method {method} not allowed";
                Assert.Equal((row.Path, expected), (row.Path, $"{answer.Status} {answer.Text}"));
                Assert.Equal(allow, answer.Headers["Allow"]);
            }
        }
    }

    [Fact]
    public async Task Route_ArgumentMissing_IsRefused()
    {
        foreach (RouteErrorRow row in RouteErrorRow.All.Where(row => row.TakesArgument && row.Reads is not ("N" or "A") && row.Missing != "?"))
        {
            Assert.Equal((row.Path, row.Missing), (row.Path, await TextAsync(row.Method, row.Path)));
        }
    }

    [Fact]
    public async Task Route_MissingPartOrAccessControl_SaysSoToEveryMethod()
    {
        foreach (RouteErrorRow row in RouteErrorRow.All.Where(row => row.Reads is "N" or "A"))
        {
            string expected = row.Reads == "A" ? "401 ACL support disabled" : "501 Muster does not have this part of Consul: " + row.Missing;
            foreach (string method in row.Methods)
            {
                Assert.Equal((row.Path, expected), (row.Path, await TextAsync(method, row.Sample)));
            }
        }
    }

    [Theory]
    [InlineData("index=x", "QHD", "400 Invalid index")]
    [InlineData("index=-1", "QHD", "400 Invalid index")]
    [InlineData("wait=5", "QHD", "400 Invalid wait time")]
    [InlineData("max_stale=x", "QHD", "400 Invalid max_stale value \"x\"")]
    [InlineData("stale&consistent", "QHD", "400 Cannot specify ?stale with ?consistent, conflicting semantics.")]
    [InlineData("passing=zz", "P", "400 Invalid value for ?passing")]
    [InlineData("dc=nowhere", "Q", NoPath)]
    [InlineData("datacenter=nowhere", "Q", NoPath)]
    public async Task Route_MalformedParameter_IsRefusedOrIgnored(string parameter, string refusing, string refusal)
    {
        foreach (RouteErrorRow row in Others())
        {
            bool refuses = row.Reads.IndexOfAny(refusing.ToCharArray()) >= 0 && !row.Reads.StartsWith('B');
            bool bodyFirst = row.Reads == "BD" && refusal == NoPath;
            string expected = refuses || bodyFirst ? refusal : await TextAsync(row.Method, row.Sample);
            Assert.Equal((row.Path, expected), (row.Path, await TextAsync(row.Method, $"{row.Sample}?{parameter}")));
        }
    }

    /// <summary>Asked for is what another cluster exports: this one's own instances would be the wrong answer.</summary>
    [Fact]
    public async Task Route_Peer_IsAMissingPart()
    {
        string[] reads = ["/v1/catalog/", "/v1/health/"];
        foreach (RouteErrorRow row in Others().Where(row => row.Reads.StartsWith('Q') && reads.Any(row.Path.StartsWith)))
        {
            Assert.Equal("501 Muster does not have this part of Consul: peering of clusters", await TextAsync("GET", row.Sample + "?peer=other"));
            Assert.Equal(await TextAsync("GET", row.Sample), await TextAsync("GET", row.Sample + "?peer="));
        }
    }

    [Fact]
    public async Task Route_MalformedFilter_IsRefusedOrIgnored()
    {
        foreach (RouteErrorRow row in Others())
        {
            string answer = await TextAsync(row.Method, row.Sample + "?filter=%28");
            if (row.Reads.Contains('F', StringComparison.Ordinal))
            {
                Assert.StartsWith($"500 Failed to create boolean expression evaluator: 1:", answer, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal((row.Path, await TextAsync(row.Method, row.Sample)), (row.Path, answer));
            }
        }
    }

    [Fact]
    public async Task Route_ForeignNamespace_IsRefusedEverywhere()
    {
        foreach (RouteErrorRow row in RouteErrorRow.All)
        {
            Assert.Equal("400 Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature", await TextAsync(row.Method, row.Sample + "?ns=team"));
            Assert.Equal("400 Invalid query parameter: \"partition\" - Partitions are a Consul Enterprise feature", await TextAsync(row.Method, row.Sample + "?partition=team"));
        }
    }

    [Fact]
    public async Task Route_MalformedBody_IsRefused()
    {
        string tooLarge = new('x', 524_289);
        foreach (RouteErrorRow row in RouteErrorRow.All.Where(row => row.Reads.StartsWith('B')))
        {
            Assert.Equal("400 Request decode failed: EOF", await TextAsync("PUT", row.Sample, ""));
            Assert.Equal("400 Request decode failed: unexpected EOF", await TextAsync("PUT", row.Sample, "{"));
            Assert.Equal("400 Request decode failed: json: unknown field \"Nope\"", await TextAsync("PUT", row.Sample, "{\"Nope\":1}"));
            Assert.StartsWith("400 Request decode failed: json: cannot unmarshal array into Go value of type ", await TextAsync("PUT", row.Sample, "[]"), StringComparison.Ordinal);
            Assert.StartsWith("400 Request decode failed: invalid character ", await TextAsync("PUT", row.Sample, "Name=web"), StringComparison.Ordinal);
            Assert.Equal("413 Request body too large, max size: 524288 bytes.", await TextAsync("PUT", row.Sample, tooLarge));
        }
    }

    private static IEnumerable<RouteErrorRow> Others() => RouteErrorRow.All.Where(row => row.Reads is not ("N" or "A" or "V"));

    private async Task<string> TextAsync(string method, string path, string body = "")
    {
        ConsulAnswer answer = await SendAsync(method, path, body);
        return $"{answer.Status} {answer.Text}";
    }

    private async Task<ConsulAnswer> SendAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method is "GET" or "HEAD" ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        return await ConsulAnswer.ReadAsync(response);
    }
}
