using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

public sealed class LogTapTests : IDisposable
{
    private readonly LogTap _tap = new(TimeProvider.System);

    public void Dispose() => _tap.Dispose();

    [Fact]
    public void Nobody_WantsNothing() => Assert.False(_tap.IsWanted("Muster", LogLevel.Critical));

    [Fact]
    public void Follow_LevelAndForm_AreTheFollowersOwn()
    {
        ChannelReader<string> debug = _tap.Follow(LogLevel.Debug, json: false)!;
        ChannelReader<string> warn = _tap.Follow(LogLevel.Warning, json: true)!;
        ILogger logger = _tap.CreateLogger("Muster.Part");
        logger.LogDebug("detail\nof it");
        logger.LogWarning("a \"quoted\" thing");

        Assert.True(debug.TryRead(out string? line));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[DEBUG\] Muster\.Part: detail of it$", line);
        Assert.True(debug.TryRead(out line));
        Assert.Contains("[WARN]  Muster.Part: a \"quoted\" thing", line, StringComparison.Ordinal);
        Assert.True(warn.TryRead(out line));
        Assert.StartsWith("""{"@level":"warn","@message":"a \u0022quoted\u0022 thing","@module":"Muster.Part","@timestamp":""", line, StringComparison.Ordinal);
        Assert.False(warn.TryRead(out _));
    }

    [Fact]
    public void Follow_Framework_OnlyWarns()
    {
        _tap.Follow(LogLevel.Trace, json: false);
        Assert.False(_tap.IsWanted("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information));
        Assert.True(_tap.IsWanted("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning));
        Assert.True(_tap.IsWanted("Muster", LogLevel.Trace));
    }

    [Fact]
    public void SlowFollower_LosesLinesAndIsTold()
    {
        ChannelReader<string> lines = _tap.Follow(LogLevel.Information, json: false)!;
        ILogger logger = _tap.CreateLogger("Muster");
        for (int i = 0; i < LogFollower.MostWaiting + 5; i++)
        {
            logger.LogInformation("line {Number}", i);
        }

        for (int i = 0; i < LogFollower.MostWaiting; i++)
        {
            Assert.True(lines.TryRead(out _));
        }

        Assert.False(lines.TryRead(out _));
        logger.LogInformation("again");
        Assert.True(lines.TryRead(out string? told));
        Assert.Contains("5 lines were lost", told, StringComparison.Ordinal);
        Assert.True(lines.TryRead(out string? next));
        Assert.EndsWith("again", next, StringComparison.Ordinal);
    }

    [Fact]
    public void Followers_AreBoundedAndGoAway()
    {
        var all = Enumerable.Range(0, LogTap.MostFollowers).Select(_ => _tap.Follow(LogLevel.Information, json: false)!).ToList();
        Assert.Null(_tap.Follow(LogLevel.Information, json: false));
        all.ForEach(_tap.Stop);
        Assert.False(_tap.IsWanted("Muster", LogLevel.Critical));
        Assert.NotNull(_tap.Follow(LogLevel.Information, json: false));
    }
}
