using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class RetryCountTests
{
    /// <summary>r for an attempt that was refused, f for one that failed otherwise.</summary>
    [Theory]
    [InlineData(2, "fffff", 2)]
    [InlineData(2, "rrfff", 4)]
    [InlineData(2, "frfrf", 4)]
    [InlineData(2, "rrrrrrrrrrrrrr", 9)]
    [InlineData(9, "ffffffffffffff", 9)]
    [InlineData(0, "rrr", 0)]
    public void AllowsAfter_Attempts_UntilTheLimits(int maxRetries, string attempts, int retries)
    {
        var options = new RetryOptions { MaxRetries = maxRetries };
        RetryCount count = default;
        foreach (char attempt in attempts)
        {
            if (!count.AllowsAfter(attempt == 'r', options))
            {
                break;
            }

            count.Count(attempt == 'r');
        }

        Assert.Equal(retries, count.Made);
    }
}
