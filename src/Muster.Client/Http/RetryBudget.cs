namespace Muster.Client.Http;

/// <summary>
/// Keeps retries a small part of a service's requests: when everything fails, retrying everything would multiply the load of a
/// service that cannot bear it. Each request earns a part of a retry; what is earned is good for ten seconds.
/// </summary>
/// <remarks>Requests are counted without a lock. The account is settled when a retry is asked for.</remarks>
internal sealed class RetryBudget
{
    private const double WindowSeconds = 10;

    private readonly Lock _gate = new();
    private readonly RetryOptions _options;
    private readonly TimeProvider _time;
    private long _requests;
    private long _settledRequests;
    private long _settledAt;
    private double _earned;

    public RetryBudget(RetryOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _settledAt = time.GetTimestamp();
        _earned = options.BudgetPerSecond;
    }

    /// <summary>A request began.</summary>
    public void Count() => Interlocked.Increment(ref _requests);

    /// <summary>Takes one retry from the account, if it holds one.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp(), requests = Volatile.Read(ref _requests);
            double seconds = _time.GetElapsedTime(_settledAt, now).TotalSeconds;
            double fresh = (requests - _settledRequests) * _options.BudgetRatio;

            // of a span longer than the window, only as much of it counts as the window is long
            double counted = seconds > WindowSeconds ? WindowSeconds / seconds : 1;
            double kept = _earned * Math.Max(0, 1 - (seconds / WindowSeconds));
            _earned = kept + (fresh * counted) + (Math.Min(seconds, WindowSeconds) * _options.BudgetPerSecond);
            (_settledAt, _settledRequests) = (now, requests);
            if (_earned < 1)
            {
                return false;
            }

            _earned--;
            return true;
        }
    }
}
