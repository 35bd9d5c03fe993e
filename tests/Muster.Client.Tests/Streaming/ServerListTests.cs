using Muster.Client.Streaming;

namespace Muster.Client.Tests.Streaming;

public sealed class ServerListTests
{
    private static readonly Uri[] Three = [new("http://a:8500"), new("http://b:8500/prefix"), new("http://c:8500/")];

    [Fact]
    public void Current_NoFailure_StaysTheSame()
    {
        var servers = new ServerList(Three, new Random(1));
        Assert.Same(servers.Current, servers.Current);
        Assert.EndsWith("/", servers.Current.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void MoveOn_Failures_VisitEachInTurn()
    {
        var servers = new ServerList(Three, new Random(1));
        var seen = new List<Uri>();
        for (var i = 0; i < 6; i++)
        {
            seen.Add(servers.Current);
            servers.MoveOn(servers.Current);
        }

        Assert.Equal(3, seen.Take(3).Distinct().Count());
        Assert.Equal(seen.Take(3), seen.Skip(3));
    }

    [Fact]
    public void MoveOn_FailureOfAnEarlierOne_ChangesNothing()
    {
        var servers = new ServerList(Three, new Random(1));
        Uri first = servers.Current;
        servers.MoveOn(first);
        Uri second = servers.Current;
        servers.MoveOn(first);
        Assert.Same(second, servers.Current);
    }

    [Fact]
    public void Current_ManyClients_BeginAtDifferentOnes() =>
        Assert.Equal(3, Enumerable.Range(0, 30).Select(seed => new ServerList(Three, new Random(seed)).Current).Distinct().Count());

    [Fact]
    public void Current_NoAddress_IsTheDefault() => Assert.Equal("http://127.0.0.1:8500/", new ServerList([], new Random(1)).Current.AbsoluteUri);
}
