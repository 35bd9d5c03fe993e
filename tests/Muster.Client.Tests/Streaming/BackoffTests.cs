using Muster.Client.Streaming;

namespace Muster.Client.Tests.Streaming;

public sealed class BackoffTests
{
    private const int Clients = 1_000;
    private const double MostPeak = 3;
    private static readonly WatchOptions Defaults = new();

    [Fact]
    public void Next_FirstAndFurther_StayWithinTheirWindows()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        for (var round = 0; round < 100; round++)
        {
            Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
            backoff.Reset();
        }
    }

    [Fact]
    public void NextAfter_AskedForNonsense_IsBounded()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));
        Assert.InRange(backoff.NextAfter(TimeSpan.FromSeconds(-5)), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(backoff.NextAfter(TimeSpan.FromDays(7)), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
    }

    /// <summary>All clients lose the registry at once; it comes back after an outage of any length.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(60)]
    [InlineData(600)]
    public void Next_AThousandClientsAfterAnOutage_ComeBackSpread(int outageSeconds)
    {
        var outage = TimeSpan.FromSeconds(outageSeconds);
        for (var seed = 0; seed < 20; seed++)
        {
            var returns = new List<TimeSpan>();
            for (var client = 0; client < Clients; client++)
            {
                Backoff backoff = Of(new Random((seed * Clients) + client));
                TimeSpan now = backoff.Next();
                while (now < outage)
                {
                    now += backoff.Next();
                }

                returns.Add(now - outage);
            }

            AssertSpread(returns, $"seed {seed}");
            Assert.True(returns.Max() <= Defaults.ReconnectWindow);
        }
    }

    /// <summary>A server that stops in order, or is too busy, tells all its clients the same.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(30)]
    public void NextAfter_AThousandClientsToldTheSame_ComeBackSpread(int seconds)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var asked = TimeSpan.FromSeconds(seconds);
            TimeSpan[] returns = [.. Enumerable.Range(0, Clients).Select(client => Of(new Random((seed * Clients) + client)).NextAfter(asked))];
            Assert.All(returns, pause => Assert.True(pause >= asked));
            AssertSpread(returns, $"seed {seed}");
        }
    }

    private static Backoff Of(Random random) => new(Defaults.ReconnectFirst, Defaults.ReconnectWindow, random);

    /// <summary>The fullest twentieth of the time has at most three times the average.</summary>
    private static void AssertSpread(IReadOnlyCollection<TimeSpan> returns, string run)
    {
        const int Parts = 20;
        TimeSpan first = returns.Min();
        TimeSpan span = returns.Max() - first;
        var counts = new int[Parts];
        foreach (TimeSpan at in returns)
        {
            counts[Math.Min(Parts - 1, (int)((at - first) / span * Parts))]++;
        }

        double peak = counts.Max() / ((double)returns.Count / Parts);
        Assert.True(peak <= MostPeak, $"{run}: the peak is {peak:0.00} times the average");
    }
}
