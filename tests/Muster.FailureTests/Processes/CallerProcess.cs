using System.Globalization;
using System.Text.Json;

namespace Muster.FailureTests.Processes;

/// <summary>A process that calls a service through discovery at a fixed rate, see <c>CallerRole</c>.</summary>
internal sealed class CallerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private CallerProcess(ChildProcess process) => _process = process;

    /// <summary>Starts it; returns when the first lookup was answered and the load has begun.</summary>
    public static async Task<CallerProcess> StartAsync(Uri registry, string service, double rate, int callers = 1, bool sequential = false, string? snapshot = null, TimeSpan? reconnect = null)
    {
        List<string> arguments =
        [
            "caller", "--registry", registry.ToString(), "--service", service, "--rate", rate.ToString(CultureInfo.InvariantCulture),
            "--callers", callers.ToString(CultureInfo.InvariantCulture),
        ];
        if (sequential)
        {
            arguments.AddRange(["--sequential", "yes"]);
        }

        if (snapshot is not null)
        {
            arguments.AddRange(["--snapshot", snapshot]);
        }

        if (reconnect is { } longest)
        {
            arguments.AddRange(["--reconnect", longest.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)]);
        }

        var process = new ChildProcess(Programs.Fleet, arguments);
        string line = await process.ReadLineAsync(TimeSpan.FromSeconds(30));
        return line == "ready" ? new CallerProcess(process) : throw new InvalidOperationException($"the caller said: {line}\n{process.Errors}");
    }

    /// <summary>Lets the load run for so long and reports on it; what came before since the last report is in it.</summary>
    public async Task<CallerReport> RunAsync(TimeSpan time)
    {
        await Task.Delay(time);
        return await ReportAsync();
    }

    /// <summary>What happened since the last report.</summary>
    public async Task<CallerReport> ReportAsync()
    {
        _process.WriteLine("report");
        string line = await _process.ReadLineAsync(TimeSpan.FromSeconds(15));
        return JsonSerializer.Deserialize<CallerReport>(line, JsonSerializerOptions.Web)!;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
