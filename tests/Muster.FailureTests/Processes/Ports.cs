using System.Net;
using System.Net.Sockets;

namespace Muster.FailureTests.Processes;

/// <summary>Ports that nobody uses, and that nobody else who asks here or in the black-box tests is told of.</summary>
/// <remarks>
/// A port is free until its server listens, and again while that server is dead. So whoever asks takes a whole block of ports, by binding a
/// name that only one process can hold and that the kernel gives back with its end, and is told each port of it once. <c>harness.py</c> does
/// the same with the same names.
/// </remarks>
internal static class Ports
{
    private const int BlockSize = 50;

    // below the range from which the kernel takes the ports of outgoing connections
    private const int First = 20000;
    private const int Blocks = 240;

    private static readonly Lock _gate = new();
    private static readonly List<Socket> _claims = [];
    private static readonly Queue<int> _mine = new();

    /// <summary>A port free for TCP and UDP on all of the addresses.</summary>
    public static int Free(params IReadOnlyList<IPAddress> addresses)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_mine.Count == 0)
                {
                    ClaimBlock();
                }

                int port = _mine.Dequeue();
                if (addresses.All(address => IsFree(address, port)))
                {
                    return port;
                }
            }
        }
    }

    private static void ClaimBlock()
    {
        int start = Random.Shared.Next(Blocks);
        int block = Enumerable.Range(start, Blocks).Select(number => number % Blocks).First(TryClaim);
        foreach (int port in Enumerable.Range(First + (block * BlockSize), BlockSize))
        {
            _mine.Enqueue(port);
        }
    }

    private static bool TryClaim(int block)
    {
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            claim.Bind(new UnixDomainSocketEndPoint($"\0muster-tests-ports-{block}"));
            _claims.Add(claim); // held until this process ends
            return true;
        }
        catch (SocketException)
        {
            claim.Dispose();
            return false;
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            tcp.Bind(new IPEndPoint(address, port));
            udp.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
