using System.Diagnostics;
using Muster.Client;

namespace Muster.Bench.Load;

/// <summary>Clients of the library that follow a service through several servers, and the shortest list that each ever had.</summary>
internal sealed class CachingClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly MusterClient[] _clients;
    private readonly ServiceHandle[] _handles;
    private readonly CancellationTokenSource _end = new();
    private readonly int[] _fewest;
    private Task[] _watches = [];

    public CachingClients(IReadOnlyList<int> ports, int count, string service)
    {
        _fewest = new int[count];
        _clients = new MusterClient[count];
        for (var i = 0; i < count; i++)
        {
            var options = new MusterClientOptions { FirstLookupTimeout = Patience, ClientId = $"bench-{i}" };
            for (var port = 0; port < ports.Count; port++)
            {
                options.Addresses.Add(new Uri($"http://127.0.0.1:{ports[(i + port) % ports.Count]}"));
            }

            _clients[i] = new MusterClient(options);
        }

        _handles = [.. _clients.Select(client => client.Service(service))];
    }

    public int Count => _clients.Length;

    /// <summary>The shortest list that any had since <see cref="KnowAsync"/>.</summary>
    public int Fewest => _fewest.Min();

    /// <summary>Completes when every client has this many instances; from then on lists are counted.</summary>
    public async Task KnowAsync(int instances)
    {
        await HoldsAsync(handle => handle.View.Instances.Length == instances);
        Array.Fill(_fewest, instances);
        _watches = [.. _handles.Select((handle, index) => CountAsync(handle, index))];
    }

    /// <summary>Completes when every client has this many instances, and has heard that from a server since the clock's start.</summary>
    public Task HearAsync(int instances, Stopwatch clock) => HoldsAsync(handle =>
        handle.View.Instances.Length == instances && handle.Freshness is { IsStale: false } freshness && freshness.Age < clock.Elapsed);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_watches);
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _end.Dispose();
    }

    private async Task CountAsync(ServiceHandle handle, int index)
    {
        try
        {
            await foreach (var view in handle.WatchAsync(_end.Token))
            {
                _fewest[index] = Math.Min(_fewest[index], view.Instances.Length);
            }
        }
        catch (OperationCanceledException)
        {
            // the row is over
        }
    }

    private async Task HoldsAsync(Func<ServiceHandle, bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!_handles.All(condition))
        {
            if (clock.Elapsed > Patience)
            {
                throw new BenchException($"{_handles.Count(handle => !condition(handle))} clients of {Count} have no live list after {Patience.TotalSeconds:0} s");
            }

            await Task.Delay(Pause);
        }
    }
}
