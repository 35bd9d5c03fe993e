namespace Muster.Protocols.Consul.Tests.Support;

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
