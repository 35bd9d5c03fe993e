using Muster.Client.Http;
using Muster.Testing;

namespace Muster.Client.Tests.Http;

public sealed class RetryBudgetTests
{
    private readonly ManualTime _time = new(frequency: 10_000_019);

    [Fact]
    public void TryTake_EverythingFails_AllowsTheShare()
    {
        var budget = new RetryBudget(new RetryOptions { BudgetRatio = 0.2, BudgetPerSecond = 0 }, _time);
        int retries = 0;
        for (int i = 0; i < 100_000; i++)
        {
            budget.Count();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            retries += budget.TryTake() ? 1 : 0;
        }

        Assert.InRange(retries, 19_500, 20_001);
    }

    [Fact]
    public void TryTake_FewRequests_AllowsTheMinimum()
    {
        var budget = new RetryBudget(new RetryOptions { BudgetRatio = 0, BudgetPerSecond = 10 }, _time);
        int retries = 0;
        for (int i = 0; i < 1_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            retries += budget.TryTake() ? 1 : 0;
        }

        Assert.InRange(retries, 95, 110);
    }

    [Fact]
    public void TryTake_AfterALongQuietTime_HasTenSecondsWorth()
    {
        var budget = new RetryBudget(new RetryOptions { BudgetRatio = 0.5, BudgetPerSecond = 3 }, _time);
        for (int i = 0; i < 1_000; i++)
        {
            budget.Count();
        }

        _time.Advance(TimeSpan.FromSeconds(100));

        // 1,000 requests in 100 s are 100 in ten
        int retries = Enumerable.Range(0, 10_000).Count(_ => budget.TryTake());
        Assert.InRange(retries, 79, 80);
    }

    [Fact]
    public void TryTake_NothingEarned_Refuses()
    {
        var budget = new RetryBudget(new RetryOptions { BudgetRatio = 0.2, BudgetPerSecond = 0 }, _time);
        Assert.False(budget.TryTake());

        for (int i = 0; i < 5; i++)
        {
            budget.Count();
        }

        Assert.True(budget.TryTake());
        Assert.False(budget.TryTake());
    }
}
