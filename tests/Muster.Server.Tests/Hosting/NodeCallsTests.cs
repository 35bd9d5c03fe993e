using Microsoft.Extensions.Logging.Abstractions;
using Muster.Catalog;
using Muster.Cluster;
using Muster.Cluster.Sockets;
using Muster.Server.Hosting;
using Muster.Server.Hosting.Clustering;

namespace Muster.Server.Tests.Hosting;

public class NodeCallsTests
{
    private readonly List<string> _givenUp = [];

    [Fact]
    public void OnDialFailed_AsOftenAsMayBe_GivesUpWhenNoTargetAnswered()
    {
        NodeCalls calls = Make();
        calls.OnDialFailed("other:1", "nobody listens there");
        calls.OnDialFailed("other:1", "nobody listens there");
        calls.OnDialFailed("self:1", "nobody listens there");
        Assert.Empty(_givenUp);
        calls.OnDialFailed("self:1", "nobody listens there");
        Assert.Equal("retry_max: none of the servers to join answered in 2 attempts; the last, self:1: nobody listens there", Assert.Single(_givenUp));
    }

    [Fact]
    public void OnDialFailed_WhenATargetIsThisServer_NeverGivesUp()
    {
        NodeCalls calls = Make();
        for (int i = 0; i < 5; i++)
        {
            calls.OnDialFailed("other:1", "nobody listens there");
            calls.OnDialFailed("self:1", HandshakeFailures.Itself);
        }

        Assert.Empty(_givenUp);
    }

    private NodeCalls Make()
    {
        var time = new ManualTime();
        var catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = "n", NodeId = "0", Replicated = true }, time, new Random(1), NoChangeLog.Instance, new PoolWakeDispatcher());
        var options = new ClusterOptions { NodeId = "0", Name = "n", PeerAddress = "self:1", Boot = 1, JoinTargets = ["other:1", "self:1"], RetryMax = 2 };
        return new NodeCalls(new ClusterNode(options, catalog, time, new Random(1), new Nothing(), new Nothing(), NullLogger.Instance), _givenUp.Add);
    }

    private sealed class Nothing : IPeerTransport, IClusterWake
    {
        public void Dial(string target)
        {
            // every call of the test says itself how it ended
        }

        public void Wake()
        {
            // nobody ticks
        }
    }
}
