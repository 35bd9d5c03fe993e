using System.Globalization;

namespace Muster.FailureTests.Processes;

/// <summary>One instance of a service, registered by itself.</summary>
internal sealed class InstanceProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private InstanceProcess(string id, ChildProcess process)
    {
        Id = id;
        _process = process;
    }

    public string Id { get; }

    /// <summary>Starts it; returns when it is registered, or has given up waiting for the registry.</summary>
    public static async Task<InstanceProcess> StartAsync(Uri registry, string service, string id, double leaseSeconds = 10, double drainSeconds = 1)
    {
        var process = new ChildProcess(
            Programs.Fleet, "instance", "--registry", registry.ToString(), "--service", service, "--id", id,
            "--lease", leaseSeconds.ToString(CultureInfo.InvariantCulture), "--drain", drainSeconds.ToString(CultureInfo.InvariantCulture));
        string line = await process.ReadLineAsync(TimeSpan.FromSeconds(30));
        return line == "ready" ? new InstanceProcess(id, process) : throw new InvalidOperationException($"{id} said: {line}");
    }

    /// <summary>Several at once.</summary>
    public static Task<InstanceProcess[]> StartManyAsync(Uri registry, string service, int count, double leaseSeconds = 10, double drainSeconds = 1) =>
        Task.WhenAll(Enumerable.Range(1, count).Select(number => StartAsync(registry, service, $"{service}-{number}", leaseSeconds, drainSeconds)));

    public Task KillAsync() => _process.KillAsync();

    public async Task TerminateAsync()
    {
        await _process.TerminateAsync(TimeSpan.FromSeconds(30));
        Assert.True(_process.ExitCode is 0, $"{Id} ended with {_process.ExitCode}: {_process.Errors}");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
