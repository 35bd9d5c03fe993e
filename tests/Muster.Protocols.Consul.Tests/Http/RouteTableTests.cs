using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Tests.Http;

public class RouteTableTests
{
    private static readonly RouteTable Table = new RouteTable()
        .Map("/v1/catalog/services", HttpVerbs.Get, Nothing)
        .Map("/v1/catalog/service/", HttpVerbs.Get, Nothing)
        .Map("/v1/agent/service/", HttpVerbs.Get, Nothing)
        .Map("/v1/agent/service/register", HttpVerbs.Put, Nothing)
        .Map("/v1/agent/health/service/name/", HttpVerbs.Get | HttpVerbs.Delete, Nothing)
        .Freeze();

    [Theory]
    [InlineData("/v1/catalog/services", "/v1/catalog/services", "")]
    [InlineData("/v1/catalog/service/web", "/v1/catalog/service/", "web")]
    [InlineData("/v1/catalog/service/", "/v1/catalog/service/", "")]
    [InlineData("/v1/catalog/service/team/web", "/v1/catalog/service/", "team/web")]
    [InlineData("/v1/agent/service/register", "/v1/agent/service/register", "")]
    [InlineData("/v1/agent/service/registered", "/v1/agent/service/", "registered")]
    [InlineData("/v1/agent/health/service/name/a/b/c/d/e/f", "/v1/agent/health/service/name/", "a/b/c/d/e/f")]
    public void TryFind_KnownPath_LongestRouteWins(string path, string route, string argument)
    {
        Assert.True(Table.TryFind(path, out Route? found, out int start));
        Assert.Equal((route, argument), (found.Path, path[start..]));
    }

    [Theory]
    [InlineData("/v1/catalog")]
    [InlineData("/v1/catalog/services/")]
    [InlineData("/v1/CATALOG/services")]
    [InlineData("/")]
    [InlineData("")]
    public void TryFind_UnknownPath_IsFalse(string path) => Assert.False(Table.TryFind(path, out _, out _));

    [Fact]
    public void TryFind_Always_AllocatesNothing()
    {
        Assert.True(Table.TryFind("/v1/catalog/service/web", out _, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Table.TryFind("/v1/catalog/service/web", out _, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Allow_OfARoute_StartsWithOptions()
    {
        Table.TryFind("/v1/agent/health/service/name/web", out Route? route, out _);

        Assert.Equal("OPTIONS,GET,DELETE", route!.Allow.ToString());
    }

    private static Task Nothing(ConsulRequest request) => Task.CompletedTask;
}
