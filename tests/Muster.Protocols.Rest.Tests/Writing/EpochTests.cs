using System.Net;
using System.Text.Json;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Tests.Writing;

public sealed class EpochTests
{
    private static string Life(long epoch, int port = 1) =>
        $$"""{ "service": "web", "id": "web-1", "port": {{port}}, "leaseSeconds": 30, "epoch": {{epoch}} }""";

    [Theory]
    [InlineData("PUT", "/renew")]
    [InlineData("PUT", "/drain")]
    [InlineData("DELETE", "/drain")]
    [InlineData("DELETE", "/status")]
    [InlineData("DELETE", "")]
    public async Task Call_OfAnEarlierLife_Is409WithTheEpochThatCounts(string method, string what)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(5));
        await server.RegisterAsync(Life(6));
        long index = server.Catalog.ServiceIndex("web");

        (int status, string type, JsonElement problem) = await RestServer.ProblemOf(server.SendAsync(method, $"instances/web-1{what}?epoch=5"));

        Assert.Equal((409, "stale-epoch", 6), (status, type, problem.GetProperty("currentEpoch").GetInt64()));
        Assert.Equal(index, server.Catalog.ServiceIndex("web"));
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(method, $"instances/web-1{what}?epoch=6")).StatusCode);
    }

    [Fact]
    public async Task SetState_OfAnEarlierLife_Is409()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(6));
        Assert.Equal("stale-epoch", (await RestServer.ProblemOf(server.SendAsync("PUT", "instances/web-1/status?epoch=5", """{ "state": "draining" }"""))).Type);
    }

    [Fact]
    public async Task Register_OfAnEarlierLife_Is409()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(6));
        (int status, string type, JsonElement problem) = await RestServer.ProblemOf(server.RegisterAsync(Life(5, port: 2)));
        Assert.Equal((409, "stale-epoch", 6), (status, type, problem.GetProperty("currentEpoch").GetInt64()));

        await server.SendAsync("DELETE", "instances/web-1?epoch=6");
        Assert.Equal("stale-epoch", (await RestServer.ProblemOf(server.RegisterAsync(Life(5)))).Type);
        Assert.Equal(HttpStatusCode.Created, (await server.RegisterAsync(Life(6))).StatusCode);
    }

    [Fact]
    public async Task Renew_OfALifeThatNeverArrived_Is404()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(5));
        Assert.Equal("unknown-instance", (await RestServer.ProblemOf(server.SendAsync("PUT", "instances/web-1/renew?epoch=6"))).Type);
    }

    [Fact]
    public async Task Instance_ShowsItsLife()
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(9007199254740991));
        JsonElement instance = (await server.GetAsync("services/web/instances/web-1")).GetProperty("instance");
        Assert.Equal(9007199254740991, instance.GetProperty("epoch").GetInt64());
        Assert.Equal("up", instance.GetProperty("state").GetString());
        Assert.Equal(server.Time.GetUtcNow(), instance.GetProperty("registeredAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("9007199254740992")]
    [InlineData("+5")]
    [InlineData("five")]
    [InlineData("")]
    public async Task Call_WithWhatIsNoEpoch_Is400(string epoch)
    {
        await using RestServer server = await RestServer.StartAsync();
        await server.RegisterAsync(Life(5));
        (int status, _, JsonElement problem) = await RestServer.ProblemOf(server.SendAsync("DELETE", "instances/web-1?epoch=" + Uri.EscapeDataString(epoch)));
        Assert.Equal((400, "epoch"), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.NotNull(server.Catalog.FindService("web"));
    }

    [Fact]
    public async Task Deregister_RacingWithItsSuccessor_NeverRemovesIt()
    {
        await using RestServer server = await RestServer.StartAsync();
        for (int life = 1; life <= 50; life++)
        {
            await server.RegisterAsync(Life(life));
            Task<HttpResponseMessage> late = server.SendAsync("DELETE", $"instances/web-1?epoch={life}");
            Task<HttpResponseMessage> next = server.RegisterAsync(Life(life + 1));
            await late;
            Assert.True((await next).IsSuccessStatusCode);
            Assert.Equal(life + 1, Assert.Single(server.Catalog.FindService("web")!.Instances.ToArray()).Data.Epoch);
        }
    }
}
