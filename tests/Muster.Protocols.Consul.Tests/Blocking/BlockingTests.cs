using System.Net.Sockets;
using System.Text;
using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Blocking;

public sealed class BlockingTests : IAsyncLifetime
{
    private const string Web = "/v1/health/service/web";

    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ConsulHost.StartAsync(new ConsulOptions { MaxBlockedQueries = 2 });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Query_WithoutIndex_AnswersAtOnce()
    {
        ConsulAnswer answer = await _host.GetAsync($"{Web}?wait=10s");

        Assert.Equal((200, "[]"), (answer.Status, answer.Text));
        Assert.True(answer.Index > 0);
    }

    [Fact]
    public async Task Query_ChangeOfTheService_WakesWithTheNewResult()
    {
        _host.Catalog.Add("web", "web-1");
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}&wait=60s");

        _host.Catalog.Report("web-1", HealthStatus.Critical, "no report");

        ConsulAnswer answer = await blocked;
        Assert.True(answer.Index > index);
        Assert.Contains("\"Output\":\"no report\"", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, _host.Endpoint.BlockedQueries);
        Assert.Empty(_host.Time.DueTimes);
    }

    [Fact]
    public async Task Query_ChangeOfAnotherServiceOrOfOutput_DoesNotWake()
    {
        _host.Catalog.Add("web", "web-1");
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}&wait=16s");

        await Eventually.TrueAsync(() => _host.Catalog.ServicePoint("web").Count == 1);

        _host.Catalog.Add("api", "api-1");
        _host.Catalog.Report("web-1", HealthStatus.Passing, "fine, in other words");
        Assert.Equal(1, _host.Catalog.ServicePoint("web").Count);
        _host.Time.Advance(TimeSpan.FromSeconds(17.1));

        ConsulAnswer answer = await blocked;
        Assert.Equal((200, index), (answer.Status, answer.Index));
        Assert.Contains("fine, in other words", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, _host.Catalog.ServicePoint("web").Count);
    }

    [Theory]
    [InlineData("wait=16s", 16)]
    [InlineData("wait=0", 300)]
    [InlineData("", 300)]
    [InlineData("wait=2h", 600)]
    public async Task Query_Wait_IsBoundedAndSpreadOverASixteenth(string wait, int seconds)
    {
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}&{wait}");

        Assert.InRange(_host.Time.DueTimes.Single().TotalSeconds, seconds, seconds * 17.0 / 16);
        _host.Time.Advance(TimeSpan.FromSeconds(seconds * 17.0 / 16));

        Assert.Equal(index, (await blocked).Index);
    }

    [Fact]
    public async Task Query_AbsentService_WaitsUntilItAppears()
    {
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}");

        _host.Catalog.Add("WEB", "web-1");

        ConsulAnswer answer = await blocked;
        Assert.True(answer.Index > index);
        Assert.Equal(["web-1"], answer.HealthIds);
    }

    [Fact]
    public async Task Query_LastInstanceLeaves_WakesAndTheIndexGrows()
    {
        _host.Catalog.Add("web", "web-1");
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}");

        _host.Catalog.Deregister("vm", "web-1", "a test");

        ConsulAnswer answer = await blocked;
        Assert.Equal("[]", answer.Text);
        Assert.True(answer.Index > index);
    }

    [Theory]
    [InlineData("/v1/catalog/services")]
    [InlineData("/v1/catalog/service/web")]
    [InlineData("/v1/catalog/node/vm")]
    [InlineData("/v1/catalog/node-services/" + TestCatalog.NodeId)]
    [InlineData("/v1/health/checks/web")]
    [InlineData("/v1/health/node/vm")]
    [InlineData("/v1/health/state/any")]
    [InlineData("/v1/health/ingress/web")]
    public async Task Query_EveryRead_WakesWhenAnInstanceAppears(string path)
    {
        long index = (await _host.GetAsync(path)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{path}?index={index}");

        _host.Catalog.Add("web", "web-1");

        Assert.True((await blocked).Index > index);
    }

    [Theory]
    [InlineData("node-meta=rack:2")]
    [InlineData("filter=ServiceMeta.rack==2")]
    public async Task Query_ServicesWithAFilter_WakesWhenAnotherInstanceOfAKnownServiceFitsIt(string filter)
    {
        _host.Catalog.Add("web", "web-1");
        string path = $"/v1/catalog/services?{filter}";
        ConsulAnswer without = await _host.GetAsync(path);
        Assert.Equal("{}", without.Text);
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{path}&index={without.Index}");

        _host.Catalog.RegisterNode(new() { Name = "second", Address = "10.0.0.9", Datacenter = "dc1", Metadata = [new("rack", "2")] });
        _host.Catalog.Register("second", new() { Service = "web", Id = "web-2", Metadata = [new("rack", "2")] }, [], false, "a test");

        ConsulAnswer with = await blocked;
        Assert.Equal("""{"web":[]}""", with.Text);
        Assert.True(with.Index > without.Index);
    }

    [Theory]
    [InlineData("/v1/catalog/nodes")]
    [InlineData("/v1/catalog/node/new")]
    public async Task Query_Nodes_WakeWhenANodeAppears(string path)
    {
        long index = (await _host.GetAsync(path)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{path}?index={index}");

        _host.Catalog.AddNode("new");

        ConsulAnswer answer = await blocked;
        Assert.True(answer.Index > index);
        Assert.Contains("\"Node\":\"new\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ClientDisconnects_FreesTheWatchAtOnce()
    {
        long index = (await _host.GetAsync(Web)).Index;
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(_host.EndPoint);
            byte[] request = Encoding.ASCII.GetBytes($"GET {Web}?index={index} HTTP/1.1\r\nHost: x\r\n\r\n");
            await socket.GetStream().WriteAsync(request);
            await Eventually.TrueAsync(() => _host.Catalog.ServicePoint("web").Count == 1);
        }

        await Eventually.TrueAsync(() => _host.Endpoint.BlockedQueries == 0);

        Assert.Equal(0, _host.Catalog.ServicePoint("web").Count);
        Assert.Empty(_host.Time.DueTimes);
    }

    [Fact]
    public async Task Query_MoreThanAllowed_Is429WithRetryAfter()
    {
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> first = await _host.BlockAsync($"{Web}?index={index}");
        Task<ConsulAnswer> second = await _host.BlockAsync($"{Web}?index={index}");

        ConsulAnswer third = await _host.GetAsync($"{Web}?index={index}");

        Assert.Equal((429, "1"), (third.Status, third.Headers["Retry-After"]));
        _host.Catalog.Add("web", "web-1");
        Assert.Equal((200, 200), ((await first).Status, (await second).Status));
    }

    [Fact]
    public async Task Query_IndexAboveOurs_IsAnsweredAtOnceButOnceASecond()
    {
        long index = (await _host.GetAsync(Web)).Index;
        string ahead = $"{Web}?index={index + 1000}";

        Assert.Equal(index, (await _host.GetAsync(ahead)).Index);
        Task<ConsulAnswer> held = await _host.BlockAsync(ahead);
        Assert.Contains(TimeSpan.FromSeconds(1), _host.Time.DueTimes);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(index, (await held).Index);

        // another path, as another service the same client watches, is not held up
        Assert.Equal(200, (await _host.GetAsync($"/v1/health/service/api?index={ulong.MaxValue}")).Status);

        held = await _host.BlockAsync(ahead);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(index, (await held).Index);
    }

    [Theory]
    [InlineData("-1", 400)]
    [InlineData("1e3", 400)]
    [InlineData("18446744073709551616", 400)]
    [InlineData("99999999999999999999999999", 400)]
    [InlineData("18446744073709551615", 200)]
    [InlineData("9223372036854775808", 200)]
    [InlineData("9223372036854775807", 200)]
    [InlineData("9007199254740993", 200)]
    [InlineData("0", 200)]
    [InlineData("1", 200)]
    public async Task Query_IndexThatWasNeverGiven_IsAnsweredAtOnceAndNeverSpins(string index, int status)
    {
        _host.Catalog.Add("web", "web-1");
        long present = (await _host.GetAsync(Web)).Index;
        string path = $"{Web}?index={index}&wait=5m";

        ConsulAnswer answer = await _host.GetAsync(path);

        Assert.Equal(status, answer.Status);
        if (status == 200)
        {
            Assert.Equal(present, answer.Index);
        }

        if (answer.Status == 200 && index.Length > 1)
        {
            // who does not learn from the answer is held for a second, which is neither a hot loop nor a hang
            Task<ConsulAnswer> again = await _host.BlockAsync(path);
            Assert.Contains(TimeSpan.FromSeconds(1), _host.Time.DueTimes);
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(present, (await again).Index);
        }

        Assert.Equal(0, _host.Endpoint.BlockedQueries);
        Assert.Empty(_host.Time.DueTimes);
    }

    [Fact]
    public async Task Query_ChattyOutputsAndUnrelatedChanges_WakeNobody()
    {
        _host.Catalog.Add("web", "web-1");
        _host.Catalog.Add("api", "api-1");
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}&wait=16s");
        await Eventually.TrueAsync(() => _host.Catalog.ServicePoint("web").Count == 1);

        for (int i = 0; i < 1000; i++)
        {
            _host.Catalog.Report("web-1", HealthStatus.Passing, $"{i} requests so far");
            _host.Catalog.Report("api-1", i % 2 == 0 ? HealthStatus.Critical : HealthStatus.Passing, "");
            _host.Catalog.Add("db", $"db-{i}");
            Assert.Equal(1, _host.Catalog.ServicePoint("web").Count);
        }

        Assert.False(blocked.IsCompleted);
        _host.Time.Advance(TimeSpan.FromSeconds(17.1));
        ConsulAnswer answer = await blocked;
        Assert.Equal(index, answer.Index);
        Assert.Contains("999 requests so far", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_ServerStops_AnswersTheCurrentResultAtOnce()
    {
        _host.Catalog.Add("web", "web-1");
        long index = (await _host.GetAsync(Web)).Index;
        Task<ConsulAnswer> blocked = await _host.BlockAsync($"{Web}?index={index}");

        _host.BeginStop();

        ConsulAnswer answer = await blocked;
        Assert.Equal((200, index), (answer.Status, answer.Index));
        Assert.Equal(index, (await _host.GetAsync($"{Web}?index={index}")).Index);
    }
}
