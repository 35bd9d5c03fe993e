using System.Globalization;

namespace Muster.FailureTests.Processes;

/// <summary>A process with many independent clients of the registry that follow one service, see <c>ClientsRole</c>.</summary>
internal sealed class ManyClientsProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private ManyClientsProcess(ChildProcess process) => _process = process;

    /// <summary>Starts it; returns when each client has its first answer.</summary>
    public static async Task<ManyClientsProcess> StartAsync(string registries, string service, int count)
    {
        var process = new ChildProcess(
            Programs.Fleet, "clients", "--registry", registries, "--service", service, "--count", count.ToString(CultureInfo.InvariantCulture));
        string line = await process.ReadLineAsync(TimeSpan.FromSeconds(60));
        return line == "ready" ? new ManyClientsProcess(process) : throw new InvalidOperationException($"the clients said: {line}\n{process.Errors}");
    }

    /// <summary>How many of them hear the registry now.</summary>
    public async Task<int> CountFreshAsync()
    {
        _process.WriteLine("fresh");
        return int.Parse(await _process.ReadLineAsync(TimeSpan.FromSeconds(15)), CultureInfo.InvariantCulture);
    }

    /// <summary>How many instances the shortest list had that any of them has shown since the start.</summary>
    public async Task<int> CountFewestAsync()
    {
        _process.WriteLine("fewest");
        return int.Parse(await _process.ReadLineAsync(TimeSpan.FromSeconds(15)), CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
