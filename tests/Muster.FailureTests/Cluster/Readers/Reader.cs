using Muster.FailureTests.Cluster.Harness;

namespace Muster.FailureTests.Cluster.Readers;

/// <summary>Reads one service at one server for as long as it lives, and keeps what it saw.</summary>
internal abstract class Reader(string kind, ServerProcess server) : IAsyncDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public string Kind { get; } = kind;

    public ServerProcess Server { get; } = server;

    public Sightings Sightings { get; } = new();

    /// <summary>A reader of each kind at each server.</summary>
    public static IReadOnlyList<Reader> OfEveryKind(IEnumerable<ServerProcess> servers, string service)
    {
        Reader[] readers = [.. servers.SelectMany(server => new Reader[] { new ConsulReader(server, service), new DnsReader(server, service), new WatchReader(server, service) })];
        foreach (Reader reader in readers)
        {
            reader.Begin();
        }

        return readers;
    }

    /// <summary>Begins to read.</summary>
    public void Begin() => _loop = Task.Run(LoopAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>Asks once, or listens until it ends.</summary>
    protected abstract Task ReadAsync(CancellationToken end);

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(_stop.Token);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                Sightings.Failed();
                await Task.Delay(s_pauseAfterFailure, CancellationToken.None);
            }
        }
    }
}
