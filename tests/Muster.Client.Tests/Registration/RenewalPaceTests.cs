using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

public class RenewalPaceTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    [Fact]
    public void AfterSuccess_IsAThirdOfTheLease_WithinTenPercent()
    {
        var pace = new RenewalPace(Lease, new Random(1));

        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(pace.AfterSuccess(), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11));
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(30)]
    [InlineData(300)]
    public void AfterFailure_RegistryReturns_ItsClientsAreSpread(double outageSeconds)
    {
        const int Clients = 4000;
        var random = new Random(7);
        var pace = new RenewalPace(Lease, random);
        int[] perHalfSecond = new int[20];
        for (int client = 0; client < Clients; client++)
        {
            double at = random.NextDouble() * Lease.TotalSeconds / 3;
            for (int failures = 1; at < outageSeconds; failures++)
            {
                at += pace.AfterFailure(failures, TimeSpan.Zero).TotalSeconds;
            }

            perHalfSecond[Math.Min((int)((at - outageSeconds) * 2), 19)]++;
        }

        double mean = Clients / (double)perHalfSecond.Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"peak {perHalfSecond.Max() / mean:F2} x mean after {outageSeconds} s");
        Assert.True(perHalfSecond.Max() <= 3 * mean, $"{perHalfSecond.Max()} in half a second, {mean} on average");
    }
}
