using Muster.Client.Balancing;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.PassiveHealth;

public sealed class SuccessRateTests
{
    /// <summary>Only success rates eject here.</summary>
    private static readonly EjectionOptions s_options = new() { ConsecutiveFailures = 0, Jitter = 0 };

    private static readonly BreakerOptions s_noRatio = new() { FailureRatio = 0 };

    [Theory]
    [InlineData("100 100 100 100 100 100", "")]
    [InlineData("100 100 100 100 100 60", "p-5")]
    [InlineData("99 100 98 100 99 97", "")]
    [InlineData("50 50 50 50 50 50", "")]
    [InlineData("50 52 48 50 50 5", "p-5")]
    [InlineData("0 0 0 0 0 0", "")]
    [InlineData("100 100 100 60", "")]
    [InlineData("100 100 100 100 100 100 100 100 100 100 20 10", "p-10 p-11")]
    public void WindowEnds_Outlier_IsEjected(string percentOfSuccess, string ejected)
    {
        int[] rates = [.. percentOfSuccess.Split(' ').Select(int.Parse)];
        using var service = new HealthFixture(s_options, s_noRatio);
        service.ShowMany(rates.Length);
        for (int i = 0; i < rates.Length; i++)
        {
            HealthFixture.Call(service.Targets[i], CallResult.Success, 2 * rates[i]);
            HealthFixture.Call(service.Targets[i], CallResult.ServerError, 2 * (100 - rates[i]));
        }

        Assert.Equal("", Ejected(service));
        service.Time.Advance(s_options.Window);
        HealthFixture.Call(service.Targets[0], CallResult.Success);

        Assert.Equal(ejected, Ejected(service));
    }

    [Fact]
    public void WindowEnds_TooFewCalls_ComparesNothing()
    {
        using var service = new HealthFixture(s_options, s_noRatio);
        service.ShowMany(6);
        foreach (Target target in service.Targets)
        {
            HealthFixture.Call(target, target == service.Targets[0] ? CallResult.ServerError : CallResult.Success, 98);
        }

        service.Time.Advance(s_options.Window);
        HealthFixture.Call(service.Targets[1], CallResult.Success);

        Assert.Equal("", Ejected(service));
    }

    [Fact]
    public void WindowEnds_CountsBeginAnew()
    {
        using var service = new HealthFixture(s_options, s_noRatio);
        service.ShowMany(3);
        HealthFixture.Call(service.Targets[0], CallResult.ServerError, 10);
        service.Time.Advance(s_options.Window);
        HealthFixture.Call(service.Targets[1], CallResult.Success);

        Assert.Equal((0, 0), (service.Targets[0].Health.Calls, service.Targets[0].Health.Failures));
    }

    private static string Ejected(HealthFixture service) => string.Join(
        ' ', service.Targets.Where(target => target.Health.State == BreakerState.Open).Select(target => target.Instance.Id).Order(StringComparer.Ordinal));
}
