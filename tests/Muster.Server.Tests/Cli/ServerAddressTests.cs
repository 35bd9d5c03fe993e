using Muster.Server.Cli;

namespace Muster.Server.Tests.Cli;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData(null, null, null, "http://127.0.0.1:8500/")]
    [InlineData("a:1", "b:2", "c:3", "http://a:1/")]
    [InlineData(null, "b:2", "c:3", "http://b:2/")]
    [InlineData(null, "", "https://c:3", "https://c:3/")]
    [InlineData("http://[::1]:8500", null, null, "http://[::1]:8500/")]
    public void Find_TakesTheFirstThatIsSet(string? option, string? muster, string? consul, string expected)
    {
        Uri address = ServerAddress.Find(option, name => name == "MUSTER_HTTP_ADDR" ? muster : name == "CONSUL_HTTP_ADDR" ? consul : null);
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("unix:///tmp/x")]
    [InlineData("http://")]
    [InlineData("a b")]
    public void Find_NoAddress_IsAUsageError(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandFailedException>(() => ServerAddress.Find(text, _ => null)).ExitCode);
}
