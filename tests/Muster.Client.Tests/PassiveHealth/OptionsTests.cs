using Muster.Client.Http;
using Muster.Client.PassiveHealth;

namespace Muster.Client.Tests.PassiveHealth;

public sealed class OptionsTests
{
    [Fact]
    public void Validate_Defaults_AreFine()
    {
        var errors = new List<string>();
        new EjectionOptions().Validate("Ejection.", errors);
        new BreakerOptions().Validate("Breaker.", errors);
        new RetryOptions().Validate("Retry.", errors);

        Assert.Empty(errors);
    }

    [Fact]
    public void Validate_EverythingWrong_ReportsEverything()
    {
        var options = new MusterClientOptions();
        options.Defaults.Ejection = new EjectionOptions
        {
            ConsecutiveFailures = -1,
            Window = TimeSpan.Zero,
            SuccessRateDeviations = double.NaN,
            SuccessRateMargin = 2,
            SuccessRateMinimumCalls = 0,
            SuccessRateMinimumTargets = 1,
            BaseDuration = TimeSpan.FromSeconds(2),
            MaxDuration = TimeSpan.FromSeconds(1),
            Jitter = -0.1,
            Forgiveness = TimeSpan.Zero,
            MaxEjectedShare = 1,
            PanicThreshold = 1.1,
        };
        options.Defaults.Breaker = new BreakerOptions { FailureRatio = 1.5, MinimumCalls = 0, TrialCalls = 0, TrialSuccesses = 0, TrialTimeout = TimeSpan.Zero };
        options.Services["orders"] = new ServiceOptions
        {
            Retry = new RetryOptions { MaxRetries = 10, Methods = (RetriedMethods)7, BudgetRatio = 2, BudgetPerSecond = -1, TimeoutAfter = TimeSpan.Zero },
        };

        IReadOnlyList<string> errors = options.Validate();

        Assert.Equal(
            [
                "Defaults.Breaker.FailureRatio", "Defaults.Breaker.MinimumCalls", "Defaults.Breaker.TrialCalls", "Defaults.Breaker.TrialSuccesses",
                "Defaults.Breaker.TrialTimeout", "Defaults.Ejection.ConsecutiveFailures", "Defaults.Ejection.Forgiveness", "Defaults.Ejection.Jitter",
                "Defaults.Ejection.MaxDuration", "Defaults.Ejection.MaxEjectedShare", "Defaults.Ejection.PanicThreshold", "Defaults.Ejection.SuccessRateDeviations",
                "Defaults.Ejection.SuccessRateMargin", "Defaults.Ejection.SuccessRateMinimumCalls", "Defaults.Ejection.SuccessRateMinimumTargets",
                "Defaults.Ejection.Window", "Services[orders].Retry.BudgetPerSecond", "Services[orders].Retry.BudgetRatio", "Services[orders].Retry.MaxRetries",
                "Services[orders].Retry.Methods", "Services[orders].Retry.TimeoutAfter",
            ],
            errors.Select(error => error[..error.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Contains("Defaults.Ejection.MaxDuration: must be at least BaseDuration (00:00:02), got 00:00:01", errors);
    }
}
