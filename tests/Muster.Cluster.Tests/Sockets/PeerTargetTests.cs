using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class PeerTargetTests
{
    [Theory]
    [InlineData("a.example", "a.example", 8301)]
    [InlineData("a.example:9", "a.example", 9)]
    [InlineData("10.0.0.1", "10.0.0.1", 8301)]
    [InlineData(" 10.0.0.1:77 ", "10.0.0.1", 77)]
    [InlineData("::1", "::1", 8301)]
    [InlineData("[::1]", "::1", 8301)]
    [InlineData("[::1]:77", "::1", 77)]
    public void TryParse_Target_IsHostAndPort(string text, string host, int port)
    {
        Assert.True(PeerTarget.TryParse(text, 8301, out PeerTarget target));
        Assert.Equal(new PeerTarget(host, port), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:-1")]
    [InlineData(":8301")]
    [InlineData("[::1]:x")]
    [InlineData("provider=aws tag_key=x")]
    [InlineData("http://a")]
    public void TryParse_Nonsense_IsRefused(string text) => Assert.False(PeerTarget.TryParse(text, 8301, out _));
}
