using System.IO.Compression;
using Muster.Model;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Answers;

public sealed class SelectedAnswersTests : IAsyncLifetime
{
    private const int Instances = 40;
    private ConsulHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsulHost.StartAsync();
        for (int i = 0; i < Instances; i++)
        {
            _host.Catalog.Add("web", $"w{i:D2}", i % 3 == 0 ? HealthStatus.Critical : HealthStatus.Passing, "vm", $"t{i % 5}");
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Answers_OfMoreQuestionsThanAreKept_AreRightEachTime()
    {
        for (int round = 0; round < 3; round++)
        {
            for (int question = 0; question < 12; question++)
            {
                string filter = $"?filter=Service.ID+!%3D+w{question:D2}";
                await AssertIdsAsync("health/service", filter, i => i != question);
                await AssertIdsAsync("health/service", filter + "&passing&tag=T1", i => i != question && i % 3 != 0 && i % 5 == 1);
            }
        }
    }

    [Fact]
    public async Task Answers_AfterAChange_ShowIt()
    {
        await AssertIdsAsync("health/service", "?passing&tag=t1", static i => i % 3 != 0 && i % 5 == 1);

        _host.Catalog.Report("w06", HealthStatus.Passing);

        await AssertIdsAsync("health/service", "?passing&tag=t1", static i => (i % 3 != 0 || i == 6) && i % 5 == 1);
    }

    [Fact]
    public async Task Answers_OfBothShapes_AreKeptApart()
    {
        await AssertIdsAsync("health/service", "?tag=t2", static i => i % 5 == 2);
        await AssertIdsAsync("catalog/service", "?tag=t2", static i => i % 5 == 2);
        await AssertIdsAsync("health/service", "?tag=t2&tag=t3", static _ => false);
        await AssertIdsAsync("catalog/service", "?node-meta=a:b", static _ => false);
        await AssertIdsAsync("catalog/service", "?node-meta=consul-network-segment:", static _ => true);
    }

    [Theory]
    [InlineData("catalog/service/web")]
    [InlineData("catalog/service/web?tag=t0")]
    [InlineData("health/service/web?tag=t0")]
    [InlineData("health/service/web?filter=Node.Node==vm")]
    public async Task Compressed_AskedTwice_IsTheSame(string path)
    {
        string plain = (await _host.GetAsync("/v1/" + path)).Text;
        for (int i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/" + path);
            request.Headers.Add("Accept-Encoding", "gzip");
            using HttpResponseMessage response = await _host.Client.SendAsync(request);
            using var unzipped = new StreamReader(new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));

            Assert.Equal(plain, await unzipped.ReadToEndAsync());
        }
    }

    [Theory]
    [InlineData("catalog/services")]
    [InlineData("catalog/nodes")]
    public async Task KeptList_AfterAChange_ShowsIt(string path)
    {
        Assert.DoesNotContain("added", (await _host.GetAsync("/v1/" + path)).Text);
        ConsulAnswer before = await _host.GetAsync("/v1/" + path);

        _host.Catalog.AddNode("added");
        _host.Catalog.Add("added", "added", node: "added");

        ConsulAnswer after = await _host.GetAsync("/v1/" + path);
        Assert.Contains("added", after.Text);
        Assert.True(after.Index > before.Index);
    }

    private async Task AssertIdsAsync(string endpoint, string query, Func<int, bool> expected)
    {
        ConsulAnswer answer = await _host.GetAsync($"/v1/{endpoint}/web{query}");
        IEnumerable<string> ids = answer.Json!.AsArray().Select(static row => (string)(row!["ServiceID"] ?? row["Service"]!["ID"])!);

        Assert.Equal(Enumerable.Range(0, Instances).Where(expected).Select(static i => $"w{i:D2}"), ids);
        Assert.Equal(_host.Catalog.ServiceIndex("web"), answer.Index);
    }
}
