namespace Muster.Client.Tests.Streaming;

public sealed class WatchStreamTests
{
    [Fact]
    public async Task Service_FirstUse_IsFollowed()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        ServiceHandle handle = test.Client.Service("payments");
        Assert.Same(handle, test.Client.Service("PAYMENTS"));
        Assert.Null(handle.Pick());
        Assert.True(handle.Freshness.IsStale);

        FakeWatch watch = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a", "b"]));
        ServiceView view = await handle.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal("a b", ClientUnderTest.Ids(view));
        Assert.False(handle.Freshness.IsStale);
        Assert.NotNull(handle.Pick());
        Assert.Equal("", watch.Services["payments"]);
        Assert.False(view.Superseded.IsCancellationRequested);

        await watch.SayAsync(Lines.Changed(11, "c"));
        await test.SeeAsync("a b c");
        Assert.True(view.Superseded.IsCancellationRequested);
    }

    [Fact]
    public async Task Service_SecondOne_JoinsTheStreamWithTheFirstOnesCursor()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        FakeWatch first = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a"]), Lines.Changed(12, "b"));
        await test.SeeAsync("a b");

        test.Client.Service("orders");
        FakeWatch second = await registry.AnswerWatchAsync(Lines.Removed(14, "a", isLast: false), Lines.Resumed(14), Lines.Snapshot(3, ["o"], service: "orders"));

        await first.Ended;
        await test.SeeAsync("o", "orders");
        await test.SeeAsync("b");
        Assert.Equal("k3f9.12", second.Services["payments"]);
        Assert.Equal("", second.Services["orders"]);
    }

    [Fact]
    public async Task Service_ManyAtOnce_ShareOneConnection()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address], options => options.Watch.JoinDelay = TimeSpan.FromMilliseconds(200));
        test.Client.Service("payments");
        FakeWatch first = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a"]));
        await test.SeeAsync("a");
        for (var i = 0; i < 50; i++)
        {
            test.Client.Service($"s{i}");
        }

        FakeWatch second = await registry.NextWatchAsync();
        Assert.Equal(51, second.Services.Count);
        await first.Ended;
    }

    [Fact]
    public async Task Stream_Breaks_IsResumedAndTheListStays()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        FakeWatch first = await FollowAsync(test, registry);
        await first.SayAsync(Lines.Removed(11, "a", isLast: false));
        first.Break();

        FakeWatch second = await registry.AnswerWatchAsync(Lines.Resumed(10));
        Assert.Equal("k3f9.10", second.Services["payments"]);
        Assert.Equal("a b", ClientUnderTest.Ids(test.Client.Service("payments").View));
        await second.SayAsync(Lines.Changed(12, "c"));
        await test.SeeAsync("a b c");
    }

    [Fact]
    public async Task Stream_Bye_IsComeBackFromLater()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        FakeWatch first = await FollowAsync(test, registry);
        long begin = TimeProvider.System.GetTimestamp();
        await first.SayAsync(Lines.Bye(0.3));

        await registry.NextWatchAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 0.29, 10);
        Assert.Equal(1, test.Count("stream.disconnects/bye"));
    }

    [Fact]
    public async Task Stream_FallsSilent_IsReplaced()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        test.Client.Service("payments");
        FakeWatch first = await registry.NextWatchAsync();
        await first.SayAsync("""{"type":"hello","servedBy":"n","idleSeconds":0.1}""", Lines.Snapshot(10, ["a"]));
        await test.SeeAsync("a");

        await registry.NextWatchAsync();
        Assert.Equal(1, test.Count("stream.disconnects/lost"));
        await first.Ended;
    }

    [Fact]
    public async Task Stream_UnknownLineType_IsIgnored()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        FakeWatch watch = await FollowAsync(test, registry);
        await watch.SayAsync("""{"type":"weather","service":"payments","cursor":7}""", "", Lines.Changed(11, "c"));
        await test.SeeAsync("a b c");
    }

    [Fact]
    public async Task Server_Gone_AnotherIsUsedAndKept()
    {
        await using FakeRegistry one = await FakeRegistry.StartAsync();
        await using FakeRegistry two = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([one.Address, two.Address]);
        test.Client.Service("payments");
        Task<FakeWatch> atOne = one.NextWatchAsync();
        Task<FakeWatch> atTwo = two.NextWatchAsync();
        FakeWatch first = await await Task.WhenAny(atOne, atTwo);
        await first.SayAsync(Lines.Hello, Lines.Snapshot(10, ["a"]));
        await test.SeeAsync("a");
        await (atOne.IsCompleted ? one : two).DisposeAsync();

        FakeWatch second = await (atOne.IsCompleted ? atTwo : atOne);
        await second.SayAsync(Lines.Hello, """{"type":"resync","service":"payments","reason":"cursor is of another server"}""", Lines.Snapshot(3, ["a", "b"]));
        await test.SeeAsync("a b");
    }

    [Fact]
    public async Task GetAsync_RegistryDown_EndsInTime()
    {
        Uri address = FakeRegistry.FreeAddress();
        await using var test = new ClientUnderTest([address], options => options.FirstLookupTimeout = TimeSpan.FromMilliseconds(200));
        ServiceUnknownException error = await Assert.ThrowsAsync<ServiceUnknownException>(async () => await test.Client.GetAsync("payments"));
        Assert.IsAssignableFrom<HttpRequestException>(error);
        Assert.Contains("payments", error.Message, StringComparison.Ordinal);

        await using FakeRegistry back = await FakeRegistry.StartAsync(address);
        await back.AnswerWatchAsync(Lines.Snapshot(1, ["a"]));
        await test.SeeAsync("a");
    }

    [Fact]
    public async Task GetAsync_NobodyRegistered_IsAnEmptyView()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        ValueTask<ServiceView> lookup = test.Client.GetAsync("payments", TestContext.Current.CancellationToken);
        await registry.AnswerWatchAsync(Lines.Snapshot(0, []));
        Assert.Empty((await lookup).Instances);
    }

    [Fact]
    public async Task GetAsync_Cancelled_Throws()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address]);
        using var cancel = new CancellationTokenSource();
        Task<ServiceView> lookup = test.Client.GetAsync("payments", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
    }

    [Fact]
    public async Task DisposeAsync_WhileStreaming_ClosesTheConnectionAndKeepsTheLists()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        var test = new ClientUnderTest([registry.Address]);
        FakeWatch watch = await FollowAsync(test, registry);
        ServiceHandle handle = test.Client.Service("payments");

        await test.DisposeAsync();
        await test.Client.DisposeAsync();

        await watch.Ended;
        Assert.NotNull(handle.Pick());
        Assert.Throws<ObjectDisposedException>(() => test.Client.Service("orders"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task Service_NoName_Throws(string name)
    {
        await using var test = new ClientUnderTest([]);
        Assert.Throws<ArgumentException>(() => test.Client.Service(name));
    }

    [Fact]
    public async Task Service_TooMany_Throws()
    {
        await using FakeRegistry registry = await FakeRegistry.StartAsync();
        await using var test = new ClientUnderTest([registry.Address], options => options.Watch.MaxServices = 1);
        test.Client.Service("payments");
        Assert.Throws<InvalidOperationException>(() => test.Client.Service("orders"));
    }

    private static async Task<FakeWatch> FollowAsync(ClientUnderTest test, FakeRegistry registry)
    {
        test.Client.Service("payments");
        FakeWatch watch = await registry.AnswerWatchAsync(Lines.Snapshot(10, ["a", "b"]));
        await test.SeeAsync("a b");
        return watch;
    }
}
