namespace Muster.Checks.Scheduling;

/// <summary>
/// Measures how late a timer of this process fires, on the pool that also runs the probes, and tells <see cref="LocalHealth"/>.
/// </summary>
internal sealed class LagSampler : IAsyncDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly LocalHealth _health;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _armed;

    public LagSampler(LocalHealth health, TimeProvider time)
    {
        _health = health;
        _time = time;
        _timer = time.CreateTimer(static sampler => ((LagSampler)sampler!).Sample(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        _armed = _time.GetTimestamp();
        _timer.Change(Period, Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Sample()
    {
        _health.Sample(_time.GetElapsedTime(_armed) - Period);

        // armed anew each time: after a long pause there is one late sample, not many
        Start();
    }
}
