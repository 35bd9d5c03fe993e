using System.Net;
using Muster.Protocols.Dns.Transport;
using Muster.Testing;

namespace Muster.Protocols.Dns.Tests.Transport;

public sealed class ResponseRateLimiterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Decide_WithoutLimit_SendsEverything()
    {
        ResponseRateLimiter limiter = new(_time, new Random(1));
        limiter.Configure(0, 2);
        Assert.All(Enumerable.Range(0, 100_000), _ => Assert.Equal(RateVerdict.Send, limiter.Decide(Client("10.0.0.1"))));
    }

    [Fact]
    public void Decide_Flood_SendsTheRateAndEverySlipTruncated()
    {
        ResponseRateLimiter limiter = Limited(100, slip: 2);
        Assert.Equal((100, 450, 450), Ask(limiter, "10.0.0.1", 1000));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(50, Ask(limiter, "10.0.0.1", 1000).Sent);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(100, Ask(limiter, "10.0.0.1", 1000).Sent);
    }

    [Theory]
    [InlineData(0, 0, 900)]
    [InlineData(1, 900, 0)]
    [InlineData(3, 300, 600)]
    public void Decide_Slip_IsEveryNth(int slip, int truncated, int dropped) =>
        Assert.Equal((100, truncated, dropped), Ask(Limited(100, slip), "10.0.0.1", 1000));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.200", true)]
    [InlineData("10.0.0.1", "10.0.1.1", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [InlineData("2001:db8:0:100::1", "2001:db8:0:200::1", false)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.7", true)]
    public void Decide_OneNetwork_SharesItsRate(string first, string second, bool shared)
    {
        ResponseRateLimiter limiter = Limited(10, slip: 0);
        Ask(limiter, first, 10);
        Assert.Equal(shared ? 0 : 10, Ask(limiter, second, 20).Sent);
    }

    [Fact]
    public void Decide_HundredThousandForgedNetworks_LeaveHonestOnesAlone()
    {
        ResponseRateLimiter limiter = Limited(10, slip: 2);
        Random random = new(2);
        for (int second = 0; second < 20; second++)
        {
            for (int forged = 0; forged < 5_000; forged++)
            {
                limiter.Decide(Client($"{random.Next(11, 200)}.{random.Next(256)}.{random.Next(256)}.1"));
            }

            Assert.Equal(5, Ask(limiter, "10.0.0.1", 5).Sent);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Decide_AllocatesNothing()
    {
        ResponseRateLimiter limiter = Limited(10, slip: 2);
        byte[] client = Client("10.0.0.1");
        limiter.Decide(client);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            limiter.Decide(client);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Configure_Again_TakesTheNewRateAtOnce()
    {
        ResponseRateLimiter limiter = Limited(10, slip: 0);
        Ask(limiter, "10.0.0.1", 10);
        limiter.Configure(10, 0);
        Assert.Equal(0, Ask(limiter, "10.0.0.1", 10).Sent);
        limiter.Configure(20, 0);
        Assert.Equal(20, Ask(limiter, "10.0.0.1", 100).Sent);
        limiter.Configure(0, 0);
        Assert.Equal(100, Ask(limiter, "10.0.0.1", 100).Sent);
    }

    private ResponseRateLimiter Limited(int perSecond, int slip)
    {
        ResponseRateLimiter limiter = new(_time, new Random(1));
        limiter.Configure(perSecond, slip);
        return limiter;
    }

    private static (int Sent, int Truncated, int Dropped) Ask(ResponseRateLimiter limiter, string address, int times)
    {
        int[] counts = new int[3];
        byte[] client = Client(address);
        for (int i = 0; i < times; i++)
        {
            counts[(int)limiter.Decide(client)]++;
        }

        return (counts[0], counts[1], counts[2]);
    }

    private static byte[] Client(string address)
    {
        SocketAddress socketAddress = new IPEndPoint(IPAddress.Parse(address), 5353).Serialize();
        return socketAddress.Buffer.Span[..socketAddress.Size].ToArray();
    }
}
