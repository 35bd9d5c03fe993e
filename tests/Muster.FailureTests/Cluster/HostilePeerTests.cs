using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Muster.FailureTests.Cluster.Harness;
using Muster.FailureTests.Cluster.Peers;

namespace Muster.FailureTests.Cluster;

/// <summary>Whoever reaches the peers' port sends what no peer sends, with the secret and without it (R14).</summary>
public sealed class HostilePeerTests(ITestOutputHelper output) : ClusterTest(output)
{
    private const long MostMemory = 48L << 20;
    private static readonly byte[] s_id = RandomNumberGenerator.GetBytes(16);

    [Fact]
    public async Task Port_GetsNonsenseWithAndWithoutTheSecret_TheClusterGoesOn()
    {
        var settings = new ClusterSettings();
        await using ClusterUnderTest cluster = await StartClusterAsync();
        ServerProcess target = cluster.Servers[0];
        byte[] key = PeerSession.KeyOf(settings.Secret), wrongKey = PeerSession.KeyOf("another-secret-of-a-test");
        var log = new WriteLog();
        var table = TableOf("Cluster R14: what no peer sends, on the port of peers, under 200 writes/s", "sent", "times", "connection ended by the server", "memory grew by");
        bool isEnded = true;
        await using (var load = new WriteLoad(cluster.Servers, "hostile", 200, log))
        {
            await Task.Delay(Seconds(1));
            foreach ((string what, int times, Func<PeerSession, int, Task> act) in Cases(key, wrongKey))
            {
                long before = target.MemoryBytes, began = Stopwatch.GetTimestamp();
                bool[] ended = await Task.WhenAll(Enumerable.Range(0, times).Select(number => TryAsync(target, number, act)));
                table.Add(what, $"{times}", Text($"{ended.Count(one => one)} times, within {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s"), Text($"{(target.MemoryBytes - before) / 1048576.0:F1} MiB"));
                isEnded &= ended.All(one => one);
                Assert.InRange(target.MemoryBytes - before, long.MinValue, MostMemory);
            }

            await load.DisposeAsync();
            Assert.True(load.Unanswered == 0, load.Problems);
        }

        TimeSpan equal = await cluster.UntilEqualAsync(Seconds(10));
        WriteLog.Difference[] differences = [.. (await Task.WhenAll(cluster.Servers.Select(ClusterUnderTest.ListAsync))).Select(log.Compare)];
        table.Add("meanwhile", $"{log.Acknowledged} writes", Text($"digests equal {equal.TotalSeconds:F2} s later"), $"{differences.Sum(difference => difference.Lost.Count)} lost");
        table.Write();
        Assert.True(isEnded);
        Assert.All(differences, difference => difference.AssertNone("a server"));
        AssertNoCrash(cluster);
    }

    private static IEnumerable<(string What, int Times, Func<PeerSession, int, Task> Act)> Cases(byte[] key, byte[] wrongKey)
    {
        yield return ("nothing at all", 80, (_, _) => Task.CompletedTask);
        yield return ("random bytes", 50, (session, _) => session.SendAsync(RandomNumberGenerator.GetBytes(4096)).AsTask());
        yield return ("an HTTP request", 10, (session, _) => session.SendAsync("GET /v1/agent/self HTTP/1.1\r\nHost: muster\r\n\r\n"u8.ToArray()).AsTask());
        yield return ("an opening, then nothing", 50, (session, _) => session.SendAsync(PeerSession.Opening(s_id, 1)).AsTask());
        yield return ("the proof of another secret", 20, (session, _) => IntroduceAsync(session, wrongKey, Hello("stranger", s_id)));
        yield return ("a hello of 64 KiB without a proof", 20, async (session, _) =>
        {
            await session.SendAsync(PeerSession.Opening(s_id, 1));
            await session.ReceiveAsync(PeerSession.OpeningBytes);
            await session.SendAsync([0xFF, 0xFF, .. new byte[1000]]);
        });
        yield return ("with the secret: a hello of nonsense", 20, (session, _) => IntroduceAsync(session, key, RandomNumberGenerator.GetBytes(200)));
        yield return ("with the secret: a frame of 1 GiB announced", 10, async (session, number) =>
        {
            await EnterAsync(session, key, number);
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, 1 << 30);
            await session.SendAsync([.. length, .. new byte[8192]]);
        });
        yield return ("with the secret: a frame of negative length", 10, async (session, number) =>
        {
            await EnterAsync(session, key, number);
            await session.SendAsync([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]);
        });
        yield return ("with the secret: 2,000 messages of every kind, of random bytes", 10, async (session, number) =>
        {
            await EnterAsync(session, key, number);
            var random = new Random(number);
            for (int i = 0; i < 2000; i++)
            {
                byte[] message = new byte[1 + random.Next(300)];
                random.NextBytes(message);
                message[0] = (byte)random.Next(1, 20);
                await session.SendFrameAsync(message);
            }
        });
        yield return ("with the secret: batches of facts that are none", 10, async (session, number) =>
        {
            await EnterAsync(session, key, number);
            var random = new Random(number);
            for (ulong batch = 1; batch < 500; batch++)
            {
                var facts = new WireWriter();
                for (int i = 0; i < 50; i++)
                {
                    byte[] fact = new byte[random.Next(200)];
                    random.NextBytes(fact);
                    facts.Bytes(fact);
                }

                await session.SendFrameAsync(new WireWriter().Raw(3).Number(batch).Number(50).Bytes(facts.ToArray()).ToArray());
            }
        });
    }

    /// <summary>True when the server ended the connection, at the latest after its patience with strangers.</summary>
    private static async Task<bool> TryAsync(ServerProcess target, int number, Func<PeerSession, int, Task> act)
    {
        using PeerSession session = await PeerSession.ConnectAsync(target.PeerAddress);
        try
        {
            await act(session, number);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            return true;
        }

        return await session.IsEndedAsync(Seconds(20));
    }

    private static async Task EnterAsync(PeerSession session, byte[] key, int number)
    {
        byte[] id = [.. s_id.AsSpan(0, 15), (byte)number];
        await IntroduceAsync(session, key, Hello($"mad-{number}", id), id);
        byte[] verdict = await session.ReceiveAsync(1);
        Assert.Equal(0, verdict[0]);
        await session.ReceiveHelloAsync();
    }

    private static async Task IntroduceAsync(PeerSession session, byte[] key, byte[] hello, byte[]? id = null)
    {
        byte[] mine = PeerSession.Opening(id ?? s_id, 1);
        await session.SendAsync(mine);
        byte[] theirs = await session.ReceiveAsync(PeerSession.OpeningBytes);
        await session.SendAsync(PeerSession.Proof(key, PeerSession.Dialer, mine, theirs, hello));
    }

    private static byte[] Hello(string name, byte[] id)
    {
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;
        string uuid = new Guid(id, bigEndian: true).ToString();
        return new WireWriter().Number(1000UL + id[15]).Text(uuid).Text(name).Text("dc1").Text("127.0.9.9:1").Text("").Text("")
            .Number(1).Number(1).Text("0").Number(now).Number(now).ToArray();
    }
}
