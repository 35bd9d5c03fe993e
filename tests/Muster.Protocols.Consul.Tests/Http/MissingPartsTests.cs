using System.Net;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Http;

public sealed class MissingPartsTests : IAsyncLifetime
{
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/v1/kv/a/b?recurse", "key/value store")]
    [InlineData("PUT", "/v1/kv/a", "key/value store")]
    [InlineData("DELETE", "/v1/kv/a", "key/value store")]
    [InlineData("PUT", "/v1/txn", "key/value store")]
    [InlineData("PUT", "/v1/session/create", "sessions and locks")]
    [InlineData("GET", "/v1/session/list", "sessions and locks")]
    [InlineData("PUT", "/v1/event/fire/x", "events")]
    [InlineData("POST", "/v1/query", "prepared queries")]
    [InlineData("GET", "/v1/query/x/execute", "prepared queries")]
    [InlineData("PUT", "/v1/config", "configuration entries")]
    [InlineData("GET", "/v1/connect/ca/roots", "service mesh")]
    [InlineData("GET", "/v1/agent/connect/ca/leaf/web", "service mesh")]
    [InlineData("GET", "/v1/peerings", "peering of clusters")]
    [InlineData("GET", "/v1/snapshot", "snapshots over HTTP")]
    [InlineData("GET", "/v1/operator/keyring", "gossip keyring")]
    [InlineData("DELETE", "/v1/operator/raft/peer?id=x", "changes of Raft peers")]
    public async Task MissingPart_Is501AndNamed(string method, string path, string part) =>
        Assert.Equal((501, "Muster does not have this part of Consul: " + part), await SendAsync(method, path));

    [Theory]
    [InlineData("PUT", "/v1/acl/bootstrap")]
    [InlineData("GET", "/v1/acl/tokens")]
    [InlineData("GET", "/v1/acl/token/self")]
    [InlineData("POST", "/v1/acl/login")]
    [InlineData("PUT", "/v1/agent/token/default")]
    [InlineData("PUT", "/v1/agent/token/acl_token")]
    public async Task AccessControl_AnswersAsConsulWithoutIt(string method, string path) =>
        Assert.Equal((401, "ACL support disabled"), await SendAsync(method, path));

    [Theory]
    [InlineData("POST", "/v1/kv/a", "OPTIONS,GET,PUT,DELETE")]
    [InlineData("GET", "/v1/acl/bootstrap", "OPTIONS,PUT")]
    [InlineData("PUT", "/v1/status/leader", "OPTIONS,GET")]
    [InlineData("DELETE", "/v1/agent/join/x", "OPTIONS,PUT")]
    public async Task WrongMethod_Is405(string method, string path, string allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage answer = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allow, string.Join(',', answer.Content.Headers.Allow).Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/agent/join/10.9.9.9", 500, "1 error occurred:\n\t* Failed to join 10.9.9.9: this server runs without a cluster; start it with -retry-join, -encrypt or -serf-lan-port\n\n")]
    [InlineData("/v1/agent/join/127.0.0.1:8302", 500, "1 error occurred:\n\t* Failed to join 127.0.0.1:8302: this server runs without a cluster; start it with -retry-join, -encrypt or -serf-lan-port\n\n")]
    [InlineData("/v1/agent/join/127.0.0.1", 200, "")]
    [InlineData("/v1/agent/join/127.0.0.1?wan=", 200, "")]
    [InlineData("/v1/agent/join/127.0.0.1?wan=true", 500, "WAN Federation is disabled")]
    [InlineData("/v1/agent/join/10.9.9.9?wan=1", 500, "WAN Federation is disabled")]
    [InlineData("/v1/agent/force-leave/VM?wan", 500, "WAN Federation is disabled")]
    [InlineData("/v1/agent/force-leave/VM", 200, "")]
    [InlineData("/v1/agent/force-leave/other?prune", 500, "agent: No node found with name 'other'")]
    public async Task Pool_OfOneServer_AnswersAsConsulAlone(string path, int status, string text) =>
        Assert.Equal((status, text), await SendAsync("PUT", path));

    private async Task<(int Status, string Text)> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        ConsulAnswer answer = await ConsulAnswer.ReadAsync(response);
        return (answer.Status, answer.Text);
    }
}
