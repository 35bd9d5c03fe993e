using System.Net;

namespace Muster.Checks.Network;

/// <summary>Asks the operating system.</summary>
/// <remarks>
/// The system's lookup blocks its thread, for half a minute when name servers are gone. It therefore runs on threads of
/// its own, a bounded number of them, instead of the pool that serves everybody else; whoever asks for a name that is
/// being looked up shares the answer, and who gives up leaves the lookup to the others.
/// </remarks>
internal sealed class SystemNameResolver : INameResolver, IDisposable
{
    private const int MaxThreads = 32;

    private readonly SemaphoreSlim _threads = new(MaxThreads);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<IPAddress[]>> _lookups = [];

    public async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Task<IPAddress[]>? lookup;
        lock (_gate)
        {
            if (!_lookups.TryGetValue(host, out lookup))
            {
                lookup = LookUpAsync(host);
                _lookups.Add(host, lookup);
            }
        }

        return await lookup.WaitAsync(cancellationToken);
    }

    public void Dispose() => _threads.Dispose();

    private async Task<IPAddress[]> LookUpAsync(string host)
    {
        // leave the caller's lock before anything can complete
        await Task.Yield();
        await _threads.WaitAsync();
        try
        {
            return await Task.Factory.StartNew(
                static host => Dns.GetHostAddresses((string)host!),
                host,
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        finally
        {
            _threads.Release();
            lock (_gate)
            {
                _lookups.Remove(host);
            }
        }
    }
}
