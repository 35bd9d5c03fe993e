namespace Muster.Cluster.Tests;

public sealed class PeerHelloTests
{
    [Fact]
    public void Hello_OfTwoServersThatSayTheSame_IsEqual()
    {
        PeerHello Hello(long boot) => new()
        {
            Origin = 1, NodeId = "id", Name = "a", Datacenter = "dc1", PeerAddress = "127.0.0.1:8301", Clock = 5, Boot = boot,
        };
        Assert.Equal(Hello(1), Hello(1));
        Assert.NotEqual(Hello(1), Hello(2));
    }
}
