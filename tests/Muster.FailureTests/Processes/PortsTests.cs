using System.Net;
using System.Net.Sockets;

namespace Muster.FailureTests.Processes;

/// <summary>Two servers of a test never get one port, though neither listens yet.</summary>
public sealed class PortsTests
{
    [Fact]
    public void Free_MoreThanABlock_NoneTwiceAndTheirBlocksAreHeld()
    {
        List<int> ports = [.. Enumerable.Range(0, 120).Select(_ => Ports.Free(IPAddress.Loopback))];

        Assert.Equal(ports.Count, ports.Distinct().Count());
        Assert.All(ports.Select(port => (port - 20000) / 50).Distinct(), block =>
        {
            using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            SocketException refused = Assert.Throws<SocketException>(() => other.Bind(new UnixDomainSocketEndPoint($"\0muster-tests-ports-{block}")));
            Assert.Equal(SocketError.AddressAlreadyInUse, refused.SocketErrorCode);
        });
    }
}
