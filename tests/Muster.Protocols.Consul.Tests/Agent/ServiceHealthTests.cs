using System.Text.Json.Nodes;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Agent;

public sealed class ServiceHealthTests : IAsyncLifetime
{
    private const string ById = "/v1/agent/health/service/id/", ByName = "/v1/agent/health/service/name/";

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("passing", "passing", 200, "passing")]
    [InlineData("passing", "warning", 429, "warning")]
    [InlineData("warning", "critical", 503, "critical")]
    [InlineData("critical", "passing", 503, "critical")]
    public async Task Health_OfTwoChecks_IsThatOfTheWorse(string first, string second, int code, string word)
    {
        await RegisterAsync("web", "web-1", first, second);
        foreach (string path in (string[])[ById + "web-1", ByName + "WEB"])
        {
            ConsulAnswer text = await _host.GetAsync(path + "?format=text");
            Assert.Equal((code, word, word), (text.Status, text.Text, text.Headers["X-Consul-Reason"]));
            Assert.StartsWith("text/plain", text.Headers["Content-Type"], StringComparison.Ordinal);
            ConsulAnswer json = await _host.GetAsync(path);
            Assert.Equal((code, "application/json", word), (json.Status, json.Headers["Content-Type"], json.Headers["X-Consul-Reason"]));
        }
    }

    [Fact]
    public async Task ById_Known_HasStatusServiceAndChecks()
    {
        await RegisterAsync("web", "web-1", "passing", "warning");
        JsonNode answer = (await _host.GetAsync(ById + "web-1")).Json!;
        Assert.Equal(["AggregatedStatus", "Service", "Checks"], answer.AsObject().Select(pair => pair.Key));
        Assert.Equal("warning", (string)answer["AggregatedStatus"]!);
        Assert.Equal("web-1", (string)answer["Service"]!["ID"]!);
        Assert.Equal(["service:web-1:1", "service:web-1:2"], answer["Checks"]!.AsArray().Select(check => (string)check!["CheckID"]!));
    }

    [Fact]
    public async Task ById_WithoutChecks_Passes()
    {
        await _host.PutOkAsync("/v1/agent/service/register", "{\"Name\":\"bare\"}");
        ConsulAnswer answer = await _host.GetAsync(ById + "bare");
        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Json!["Checks"]!.AsArray());
    }

    [Fact]
    public async Task ByName_Several_ListsAllAndTakesTheWorst()
    {
        await RegisterAsync("web", "web-1", "passing", "passing");
        await RegisterAsync("web", "web-2", "passing", "warning");
        ConsulAnswer answer = await _host.GetAsync(ByName + "web");
        Assert.Equal((429, "warning"), (answer.Status, answer.Headers["X-Consul-Reason"]));
        Assert.Equal(["passing", "warning"], answer.Json!.AsArray().Select(each => (string)each!["AggregatedStatus"]!));
    }

    [Fact]
    public async Task Health_InMaintenance_SaysSoWhateverTheChecksSay()
    {
        await RegisterAsync("web", "web-1", "critical", "passing");
        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=true");
        await AssertTextAsync(ById + "web-1", 503, "maintenance");
        await _host.PutOkAsync("/v1/agent/service/maintenance/web-1?enable=false");
        await AssertTextAsync(ById + "web-1", 503, "critical");
        await _host.PutOkAsync("/v1/agent/maintenance?enable=true");
        await AssertTextAsync(ByName + "web", 503, "maintenance");
    }

    [Fact]
    public async Task Health_NodeCheckFails_Counts()
    {
        await RegisterAsync("web", "web-1", "passing", "passing");
        await _host.PutOkAsync("/v1/agent/check/register", "{\"Name\":\"disk\",\"TTL\":\"1m\",\"Status\":\"warning\"}");
        await AssertTextAsync(ById + "web-1", 429, "warning");
        Assert.Equal(3, (await _host.GetAsync(ById + "web-1")).Json!["Checks"]!.AsArray().Count);
    }

    [Fact]
    public async Task Unknown_Is404InBothForms()
    {
        await AssertTextAsync(ById + "no%0Asuch", 404, "ServiceId no\nsuch not found");
        await AssertTextAsync(ByName + "none", 404, "ServiceName none Not Found");
        ConsulAnswer id = await _host.GetAsync(ById + "none");
        Assert.Equal((404, """{"AggregatedStatus":"critical","Service":null,"Checks":null}""", "ServiceId none not found"), (id.Status, id.Text, id.Headers["X-Consul-Reason"]));
        ConsulAnswer name = await _host.GetAsync(ByName + "none");
        Assert.Equal((404, "[]"), (name.Status, name.Text));
        Assert.Equal(404, (await _host.GetAsync(ById + "consul")).Status);
        Assert.Equal(404, (await _host.GetAsync(ByName + "consul")).Status);
        Assert.Equal((400, "Missing serviceID"), Outcome(await _host.GetAsync(ById)));
        Assert.Equal((400, "Missing service Name"), Outcome(await _host.GetAsync(ByName)));
    }

    [Theory]
    [InlineData("text/plain", "", "passing")]
    [InlineData("text/plain, */*", "?format=json", "passing")]
    [InlineData("application/json", "?format=text", "passing")]
    [InlineData("application/json", "", "{")]
    [InlineData("*/*", "?format=json", "{")]
    public async Task Form_IsChosenByAcceptThenByParameter(string accept, string query, string start)
    {
        await RegisterAsync("web", "web-1", "passing", "passing");
        using var request = new HttpRequestMessage(HttpMethod.Get, ById + "web-1" + query);
        request.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.StartsWith(start, (await ConsulAnswer.ReadAsync(response)).Text, StringComparison.Ordinal);
    }

    private async Task AssertTextAsync(string path, int code, string text) =>
        Assert.Equal((code, text), Outcome(await _host.GetAsync(path + "?format=text")));

    private Task RegisterAsync(string name, string id, string first, string second) => _host.PutOkAsync("/v1/agent/service/register",
        $$"""{"Name":"{{name}}","ID":"{{id}}","Checks":[{"TTL":"1m","Status":"{{first}}"},{"TTL":"1m","Status":"{{second}}"}]}""");

    private static (int Status, string Text) Outcome(ConsulAnswer answer) => (answer.Status, answer.Text);
}
