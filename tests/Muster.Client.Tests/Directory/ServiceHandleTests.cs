using Muster.Client.Balancing;

namespace Muster.Client.Tests.Directory;

public sealed class ServiceHandleTests
{
    private static ServiceInstance Instance(string id, int port) => new() { Service = "payments", Id = id, Address = "10.0.0.1", Port = port };

    [Fact]
    public void Publish_SameInstanceAgain_KeepsTheTarget()
    {
        var handle = new ServiceHandle("payments", new Balancer(new BalancerSettings { Random = new Random(1) }));
        Assert.Null(handle.Pick());

        handle.Publish(new ServiceView("payments", [Instance("a", 1)], 1, ViewSource.Stream));
        Target first = handle.Pick()!;
        handle.Publish(new ServiceView("payments", [Instance("a", 1) with { Weight = 7 }], 2, ViewSource.Stream));

        Assert.Same(first, handle.Pick());
        Assert.Equal(7, first.Instance.Weight);
    }
}
