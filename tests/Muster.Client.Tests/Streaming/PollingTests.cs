using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Muster.Client.Tests.Streaming;

public sealed class PollingTests
{
    private const string Json = "application/json";

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Stream_NotThere_ListsArePolled(int status)
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = status);
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(5, ["a", "b"]));
        await using var test = new ClientUnderTest([registry.Address]);

        ServiceView view = await test.Client.GetAsync("payments", TestContext.Current.CancellationToken);

        Assert.Equal("a b", ClientUnderTest.Ids(view));
        Assert.Equal(ViewSource.Poll, view.Source);
        Assert.False(test.Client.Service("payments").Freshness.IsStale);
        Assert.Equal(1, test.Count("stream.disconnects/no_stream"));
    }

    [Fact]
    public async Task Stream_HeldBackByAProxy_ListsArePolledAndTheStreamIsTriedAgain()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(5, ["a"]));
        await using var test = new ClientUnderTest([registry.Address], options =>
        {
            options.Watch.HelloTimeout = TimeSpan.FromMilliseconds(100);
            options.Watch.StreamRetry = TimeSpan.FromMilliseconds(100);
        });
        test.Client.Service("payments");
        FakeWatch silent = await registry.NextWatchAsync();
        await test.SeeAsync("a");
        await silent.Ended;

        // only the stream says it; a slow machine may let a hello come too late, and the answer be a poll's again
        Task<ServiceView> seen = test.SeeAsync("a b");
        while (!seen.IsCompleted)
        {
            FakeWatch watch = await registry.AnswerWatchAsync(Lines.Snapshot(6, ["a", "b"]));
            await Task.WhenAny(seen, watch.Ended);
        }

        Assert.Equal(ViewSource.Stream, (await seen).Source);
    }

    [Theory]
    [InlineData(Lines.Hello)]
    [InlineData(Lines.Idle)]
    public async Task Stream_TalksWithoutEverGivingAList_ListsArePolled(string talk)
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        registry.OnWatch = async context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            await context.Response.WriteAsync(Lines.Hello + "\n", context.RequestAborted);
            while (true)
            {
                await context.Response.WriteAsync(talk + "\n", context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
            }
        };
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(5, ["a"]));
        await using var test = new ClientUnderTest([registry.Address], options => options.Watch.HelloTimeout = TimeSpan.FromMilliseconds(200));
        await test.SeeAsync("a");
    }

    [Fact]
    public async Task Poll_Again_IsConditional()
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        var conditions = new List<string>();
        var list = Lines.Answer(5, ["a"]);
        registry.OnPoll = (_, context) =>
        {
            string condition = context.Request.Headers.IfNoneMatch.ToString();
            conditions.Add(condition);
            string tag = $"\"{list.Length}\"";
            context.Response.Headers.ETag = tag;
            if (condition == tag)
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return AnswerAsync(context, list);
        };
        await using ClientUnderTest test = Poller(registry);
        await test.SeeAsync("a");
        await ClientUnderTest.UntilAsync(() => test.Count("polls/answered") >= 3);
        list = Lines.Answer(6, ["a", "b"]);
        await test.SeeAsync("a b");

        Assert.Equal(["", "\"" + Lines.Answer(5, ["a"]).Length + "\""], conditions.Take(2));
    }

    [Fact]
    public async Task Poll_UnknownService_NeedsConfirmationsAgainstAKnownList()
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(5, ["a"]));
        await using ClientUnderTest test = Poller(registry, options =>
        {
            options.Evidence.Confirmations = 4;
            options.Evidence.Period = TimeSpan.Zero;
        });
        await test.SeeAsync("a");

        registry.OnPoll = (_, context) => AnswerAsync(context, """{"type":"urn:muster:problem:unknown-service","status":404}""", "application/problem+json", 404);
        long before = test.Count("polls/answered");
        await test.SeeAsync("");
        Assert.True(test.Count("polls/answered") - before >= 3);
        Assert.Equal(1, test.Count("answers.held"));
    }

    [Fact]
    public async Task Poll_ServiceJoins_IsAskedForAtOnce()
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        registry.OnPoll = (name, context) => AnswerAsync(context, Lines.Answer(5, ["a"], name));
        await using var test = new ClientUnderTest([registry.Address], options => options.Watch.PollInterval = TimeSpan.FromHours(1));
        await test.SeeAsync("a");
        await test.SeeAsync("a", "orders");
        Assert.Equal("payments", await registry.NextPollAsync());
        Assert.Equal("orders", await registry.NextPollAsync());
    }

    [Fact]
    public async Task Poll_OneServiceFailsEachTime_OthersAreHeard()
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        registry.OnPoll = (name, context) => name == "payments" ? AnswerAsync(context, "", "text/plain", 500) : AnswerAsync(context, Lines.Answer(5, ["a"], name));
        await using ClientUnderTest test = Poller(registry);
        test.Client.Service("payments");
        await test.SeeAsync("a", "orders");
        await test.SeeAsync("a", "stock");
    }

    [Fact]
    public async Task Poll_Compressed_IsRead()
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        registry.OnPoll = (_, context) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return AnswerAsync(context, Gzip(Encoding.UTF8.GetBytes(Lines.Answer(5, ["a"]))));
        };
        await using ClientUnderTest test = Poller(registry);
        await test.SeeAsync("a");
    }

    public static TheoryData<string> Lies =>
        ["empty", "truncated", "cut-off", "html", "error", "other-404", "not-modified", "gzip-bomb", "broken-gzip", "brotli", "too-long", "wrong-service", "twice", "port", "nothing"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Poll_Lie_IsCountedAndTheListStays(string lie)
    {
        await using FakeRegistry registry = await StartWithoutStreamAsync(context => context.Response.StatusCode = 404);
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(5, ["a", "b"]));
        await using ClientUnderTest test = Poller(registry, options => options.Watch.MaxAnswerBytes = 64 * 1024);
        ServiceView before = await test.SeeAsync("a b");

        registry.OnPoll = (_, context) => LieAsync(lie, context);
        await ClientUnderTest.UntilAsync(() => test.Count(CounterOf(lie)) > 0);

        Assert.Same(before, test.Client.Service("payments").View);
        await ClientUnderTest.UntilAsync(() => test.Client.Service("payments").Freshness.IsStale);
        registry.OnPoll = (_, context) => AnswerAsync(context, Lines.Answer(6, ["a", "b", "c"]));
        await test.SeeAsync("a b c");
        Assert.False(test.Client.Service("payments").Freshness.IsStale);
    }

    private static string CounterOf(string lie) => lie switch
    {
        "empty" => "answers.held",
        "truncated" => "answers.rejected/not_json",
        "html" => "answers.rejected/wrong_content_type",
        "error" or "other-404" or "not-modified" => "answers.rejected/error_status",
        "gzip-bomb" or "too-long" => "answers.rejected/too_large",
        "broken-gzip" or "brotli" => "answers.rejected/wrong_encoding",
        "wrong-service" => "answers.rejected/wrong_service",
        "twice" => "answers.rejected/duplicate_instance",
        "port" => "answers.rejected/absurd_value",
        _ => "polls/failed",
    };

    private static async Task LieAsync(string lie, HttpContext context)
    {
        switch (lie)
        {
            case "empty":
                await AnswerAsync(context, Lines.Answer(6, []));
                break;
            case "truncated":
                await AnswerAsync(context, Lines.Answer(6, ["a"])[..^7]);
                break;
            case "cut-off":
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("{");
                context.Abort();
                break;
            case "html":
                await AnswerAsync(context, "<html>Sign in</html>", "text/html");
                break;
            case "error":
                context.Response.StatusCode = 500;
                break;
            case "other-404":
                await AnswerAsync(context, "not here", "text/plain", 404);
                break;
            case "not-modified":
                context.Response.StatusCode = 304;
                break;
            case "gzip-bomb":
                context.Response.Headers.ContentEncoding = "gzip";
                await AnswerAsync(context, Gzip(new byte[10 * 1024 * 1024]));
                break;
            case "broken-gzip":
                context.Response.Headers.ContentEncoding = "gzip";
                await AnswerAsync(context, Lines.Answer(6, ["a"]));
                break;
            case "brotli":
                context.Response.Headers.ContentEncoding = "br";
                await AnswerAsync(context, Lines.Answer(6, ["a"]));
                break;
            case "too-long":
                await AnswerAsync(context, Lines.Answer(6, [.. Enumerable.Range(0, 1000).Select(i => $"i{i}")]));
                break;
            case "wrong-service":
                await AnswerAsync(context, Lines.Answer(6, ["a"], "orders"));
                break;
            case "twice":
                await AnswerAsync(context, Lines.Answer(6, ["a", "a"]));
                break;
            case "port":
                await AnswerAsync(context, Lines.Answer(6, [Lines.Instance("a", port: 70000)]));
                break;
            default:
                context.Abort();
                break;
        }
    }

    private static ClientUnderTest Poller(FakeRegistry registry, Action<MusterClientOptions>? configure = null) => new([registry.Address], options =>
    {
        options.Watch.PollInterval = TimeSpan.FromMilliseconds(100);
        options.Watch.UseStream = false;
        configure?.Invoke(options);
    });

    private static async Task<FakeRegistry> StartWithoutStreamAsync(Action<HttpContext> answer)
    {
        FakeRegistry registry = await FakeRegistry.StartAsync();
        registry.OnWatch = context =>
        {
            answer(context);
            return Task.CompletedTask;
        };
        return registry;
    }

    private static Task AnswerAsync(HttpContext context, string text, string type = Json, int status = 200) =>
        AnswerAsync(context, Encoding.UTF8.GetBytes(text), type, status);

    private static Task AnswerAsync(HttpContext context, byte[] bytes, string type = Json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
