using System.Text.Json;

namespace Muster.FunctionalTests;

public class WatchStreamTests
{
    [Fact]
    public async Task Cursor_AfterARestartWithItsData_IsContinuedWithWhatHappened()
    {
        using var data = new TemporaryDirectory();
        string[] flags = [$"-data-dir={data.Path}", "-server", "-bootstrap"];
        RunningAgent first = await RunningAgent.StartAsync(flags);
        await first.RegisterAsync("""{"Name":"web","ID":"a","Port":80}""");
        await first.RegisterAsync("""{"Name":"web","ID":"b","Port":80}""");
        await first.RegisterAsync("""{"Name":"api","ID":"c","Port":80}""");
        string web, api;
        using (LineReader reader = await LineReader.OpenAsync(first.Client, "/api/v1/watch?service=web&service=api"))
        {
            await reader.NextAsync("hello");
            web = (await reader.NextAsync("snapshot")).GetProperty("cursor").GetString()!;
            api = (await reader.NextAsync("snapshot")).GetProperty("cursor").GetString()!;
        }

        using HttpResponseMessage removed = await first.PutAsync("/v1/agent/service/deregister/a");
        await first.RegisterAsync("""{"Name":"web","ID":"b","Port":81}""");
        await first.StopAsync();

        await using RunningAgent second = await RunningAgent.StartAsync(flags);
        using LineReader again = await LineReader.OpenAsync(second.Client, $"/api/v1/watch?service=web@{web}&service=api@{api}");
        await again.NextAsync("hello");
        JsonElement gone = await again.NextAsync("removed");
        Assert.Equal(("a", "deregistered"), (gone.GetProperty("id").GetString(), gone.GetProperty("kind").GetString()));
        Assert.Equal(81, (await again.NextAsync("changed")).GetProperty("instance").GetProperty("port").GetInt32());
        Assert.Equal("web", (await again.NextAsync("resumed")).GetProperty("service").GetString());
        Assert.Equal("api", (await again.NextAsync("resumed")).GetProperty("service").GetString());
    }

    [Fact]
    public async Task Cursor_AfterARestartWithoutData_IsOfAnotherServer()
    {
        RunningAgent first = await RunningAgent.StartAsync("-dev");
        string cursor;
        using (LineReader reader = await LineReader.OpenAsync(first.Client, "/api/v1/watch/web"))
        {
            await reader.NextAsync("hello");
            cursor = (await reader.NextAsync("snapshot")).GetProperty("cursor").GetString()!;
        }

        await first.StopAsync();
        await using RunningAgent second = await RunningAgent.StartAsync("-dev");
        using LineReader again = await LineReader.OpenAsync(second.Client, $"/api/v1/watch/web?cursor={cursor}");
        await again.NextAsync("hello");
        await again.NextAsync("resync");
        await again.NextAsync("snapshot");
    }

    [Fact]
    public async Task Streams_AThousandOfTwentyServices_AllSeeEachChange()
    {
        const int Streams = 1000, Services = 20;
        await using RunningAgent agent = await RunningAgent.StartAsync("-dev");
        string question = "/api/v1/watch?detail=endpoint" + string.Concat(Enumerable.Range(0, Services).Select(number => $"&service=s{number}"));
        for (int service = 0; service < Services; service++)
        {
            await agent.RegisterAsync($$"""{"Name":"s{{service}}","ID":"s{{service}}","Port":80}""");
        }

        LineReader[] readers = await Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => LineReader.OpenAsync(agent.Client, question)));
        await Task.WhenAll(readers.Select(async reader =>
        {
            await reader.NextAsync("hello");
            for (int service = 0; service < Services; service++)
            {
                await reader.NextAsync("snapshot");
            }
        }));

        await agent.RegisterAsync("""{"Name":"s7","ID":"s7","Port":81}""");
        using HttpResponseMessage removed = await agent.PutAsync("/v1/agent/service/deregister/s8");
        await Task.WhenAll(readers.Select(async reader =>
        {
            // two services may come in either order
            JsonElement[] lines = [await reader.NextAsync(null), await reader.NextAsync(null)];
            Assert.Equal(["s7", "s8"], lines.Select(line => line.GetProperty("service").GetString()).Order());
        }));
        Assert.Equal(Streams, agent.Agent.Catalog.ServicePoint("s0").Count);
        foreach (LineReader reader in readers)
        {
            reader.Dispose();
        }
    }

    private sealed class LineReader(HttpResponseMessage answer, StreamReader lines) : IDisposable
    {
        public static async Task<LineReader> OpenAsync(HttpClient client, string path)
        {
            HttpResponseMessage answer = await client.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
            return new LineReader(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        /// <summary>The next line, of a certain type or of any.</summary>
        public async Task<JsonElement> NextAsync(string? type)
        {
            string line = await lines.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            using JsonDocument document = JsonDocument.Parse(line);
            Assert.Equal(type ?? document.RootElement.GetProperty("type").GetString(), document.RootElement.GetProperty("type").GetString());
            return document.RootElement.Clone();
        }

        public void Dispose()
        {
            lines.Dispose();
            answer.Dispose();
        }
    }
}
