using System.Net;
using Muster.Client.Hosting.Registration;

namespace Muster.Client.Hosting.Tests.Registration;

public class AdvertisedAddressTests
{
    private static readonly Uri Registry = new("http://registry:8500");
    private static readonly BoundAddress All = new("http", "::", 5000);

    [Fact]
    public async Task Find_Configured_IsTaken() => Assert.Equal("node-7.example", await FindAsync("node-7.example", All, "10.0.0.5"));

    [Theory]
    [InlineData("10.0.0.9", "10.0.0.9")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public async Task Find_BoundToOneAddress_IsThat(string bound, string expected) =>
        Assert.Equal(expected, await FindAsync(null, All with { Host = bound }, "10.0.0.5"));

    [Theory]
    [InlineData("::")]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("+")]
    public async Task Find_BoundToAll_IsTheAddressThatLeadsToTheRegistry(string bound) =>
        Assert.Equal("10.0.0.5", await FindAsync(null, All with { Host = bound }, "10.0.0.5", "192.168.0.1"));

    [Fact]
    public async Task Find_MappedRoute_IsWrittenAsIPv4() => Assert.Equal("10.0.0.5", await FindAsync(null, All, "::ffff:10.0.0.5"));

    [Fact]
    public async Task Find_RegistryOnThisMachine_IsAnAddressThatOthersReach() =>
        Assert.Equal("192.168.0.1", await FindAsync(null, All, "127.0.0.1", "192.168.0.1", "172.17.0.1"));

    [Fact]
    public async Task Find_NoRouteAndNoNetwork_IsLoopback() => Assert.Equal("127.0.0.1", await FindAsync(null, null, null));

    [Fact]
    public async Task HostNetwork_LoopbackRegistry_LeadsThereByLoopback()
    {
        var network = new HostNetwork();

        IPAddress? route = await network.RouteToAsync("127.0.0.1", TestContext.Current.CancellationToken);

        Assert.Equal(IPAddress.Loopback, route);
        Assert.DoesNotContain(network.Addresses(), IPAddress.IsLoopback);
    }

    [Fact]
    public async Task HostNetwork_UnknownName_IsNoRoute() =>
        Assert.Null(await new HostNetwork().RouteToAsync("no-such-host.invalid", TestContext.Current.CancellationToken));

    private static async Task<string> FindAsync(string? configured, BoundAddress? bound, string? route, params string[] own) =>
        await AdvertisedAddress.FindAsync(configured, bound, Registry, new FakeNetwork(route, own), TimeProvider.System, CancellationToken.None);

    private sealed class FakeNetwork(string? route, string[] own) : IHostNetwork
    {
        public string MachineName => "node-7";

        public ValueTask<IPAddress?> RouteToAsync(string host, CancellationToken cancellation) => new(route is null ? null : IPAddress.Parse(route));

        public IEnumerable<IPAddress> Addresses() => own.Select(IPAddress.Parse);
    }
}
