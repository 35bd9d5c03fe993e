using System.Text;
using Microsoft.AspNetCore.Http;

namespace Muster.Client.Tests.Streaming;

public sealed class StreamLiesTests
{
    public static TheoryData<string, string> Lies => new()
    {
        { "empty", "answers.held" },
        { "truncated", "answers.rejected/not_json" },
        { "html", "answers.rejected/not_json" },
        { "ten-mebibytes", "answers.rejected/too_large" },
        { "endless-line", "answers.rejected/too_large" },
        { "port", "answers.rejected/absurd_value" },
        { "wrong-service", "answers.rejected/wrong_service" },
        { "twice", "answers.rejected/duplicate_instance" },
        { "index-back", "answers.rejected/index_backwards" },
        { "not-asked-for", "answers.rejected/wrong_service" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Stream_Lie_IsCountedAndTheListStays(string lie, string counter)
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        FakeWatch watch = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a", "b"]));
        ServiceView before = await test.SeeAsync("a b");

        await LieAsync(lie, watch);
        await ClientUnderTest.UntilAsync(() => test.Count(counter) > 0);

        Assert.Same(before, test.Client.Service("payments").View);
        if (lie is "empty" or "not-asked-for")
        {
            await watch.SayAsync(Lines.Changed(12, "a"), Lines.Changed(12, "b"), Lines.Changed(13, "c"));
        }
        else
        {
            // the next stream begins with a whole list again, because of the lie or because the stream ended
            await registry.AnswerWatchAsync(Lines.Snapshot(20, ["a", "b", "c"]));
        }

        await test.SeeAsync("a b c");
        Assert.False(test.Client.Service("payments").Freshness.IsStale);
    }

    [Fact]
    public async Task Stream_LieAboutOneService_LeavesTheOthersAlone()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address], options =>
        {
            options.Watch.ReconnectFirst = TimeSpan.FromSeconds(30);
            options.Watch.ReconnectWindow = TimeSpan.FromSeconds(30);
            options.Watch.JoinDelay = TimeSpan.FromMilliseconds(50);
        });
        test.Client.Service("payments");
        test.Client.Service("orders");
        FakeWatch watch = await registry.NextWatchAsync();
        await watch.SayAsync(Lines.Hello, Lines.Snapshot(10, ["a"]));
        if (watch.Services.Count == 1)
        {
            watch = await registry.AnswerWatchAsync(Lines.Resumed(10));
        }

        await watch.SayAsync(Lines.Snapshot(10, ["o"], service: "orders"), Lines.Changed(11, Lines.Instance("b", port: 70000)), Lines.Changed(12, "c"), Lines.Changed(12, "p", service: "orders"));
        await test.SeeAsync("o p", "orders");

        Assert.Equal("a", ClientUnderTest.Ids(test.Client.Service("payments").View));
        Assert.True(test.Client.Service("payments").Freshness.IsStale);
        Assert.False(test.Client.Service("orders").Freshness.IsStale);
    }

    [Fact]
    public async Task Stream_OneListTooLong_LeavesTheOthersAlone()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address], options =>
        {
            options.Watch.MaxAnswerBytes = 64 * 1024;
            options.Watch.ReconnectWindow = TimeSpan.FromMinutes(10);
        });
        test.Client.Service("payments");
        FakeWatch watch = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a"]));
        await test.SeeAsync("a");
        await watch.SayAsync(Lines.Snapshot(11, [.. Enumerable.Range(0, 1000).Select(i => $"i{i}")]));
        await ClientUnderTest.UntilAsync(() => test.Count("answers.rejected/too_large") == 1);
        test.Client.Service("orders");
        watch = await registry.AnswerWatchAsync(
            Lines.Snapshot(11, [.. Enumerable.Range(0, 1000).Select(i => $"i{i}")]), Lines.Snapshot(3, ["o"], service: "orders"), Lines.Changed(4, "p", service: "orders"));
        await test.SeeAsync("o p", "orders");

        Assert.Equal("a", ClientUnderTest.Ids(test.Client.Service("payments").View));
        Assert.Equal(2, test.Count("answers.rejected/too_large"));
    }

    [Theory]
    [InlineData("text/html", "", "wrong_content_type")]
    [InlineData("application/x-ndjson", "gzip", "wrong_encoding")]
    public async Task Stream_OfAnotherKind_IsNotRead(string type, string encoding, string reason)
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        registry.OnWatch = context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync("<html>Sign in</html>");
        };
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        Assert.Equal("payments", await registry.NextPollAsync());
        Assert.Equal(1, test.Count("answers.rejected/" + reason));
    }

    [Fact]
    public async Task Stream_WithoutHello_IsNone()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        FakeWatch watch = await registry.NextWatchAsync();
        await watch.SayAsync(Lines.Snapshot(10, ["a"]));
        await watch.Ended;
        await registry.NextWatchAsync();
        Assert.False(test.Client.Service("payments").View.IsKnown);
    }

    private static async Task LieAsync(string lie, FakeWatch watch)
    {
        switch (lie)
        {
            case "empty":
                await watch.SayAsync(Lines.Snapshot(11, []));
                break;
            case "truncated":
                await watch.SayAsync(Lines.Snapshot(11, ["c"])[..^9]);
                break;
            case "html":
                await watch.SayAsync("<html>Sign in</html>");
                break;
            case "ten-mebibytes":
                await SendUntilGoneAsync(watch, Encoding.UTF8.GetBytes(Lines.Snapshot(11, [.. Enumerable.Range(0, 42_000).Select(i => $"i{i}")]) + "\n"));
                break;
            case "endless-line":
                await SendUntilGoneAsync(watch, new byte[9 * 1024 * 1024]);
                break;
            case "port":
                await watch.SayAsync(Lines.Changed(11, Lines.Instance("a", port: 70000)));
                break;
            case "wrong-service":
                await watch.SayAsync(Lines.Changed(11, Lines.Instance("c", service: "orders")));
                break;
            case "twice":
                await watch.SayAsync(Lines.Snapshot(11, ["c", "c"]));
                break;
            case "index-back":
                await watch.SayAsync(Lines.Removed(9, "a"));
                break;
            default:
                await watch.SayAsync(Lines.Snapshot(11, ["c"], service: "orders"));
                break;
        }
    }

    private static async Task SendUntilGoneAsync(FakeWatch watch, byte[] bytes)
    {
        try
        {
            await watch.SendAsync(bytes);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // the client has heard enough
        }
    }
}
