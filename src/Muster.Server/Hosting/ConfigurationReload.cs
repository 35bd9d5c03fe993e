using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>
/// Reads the configuration again while the agent runs. All of it is read before any of it takes effect: with one error
/// in it, everything stays as it was.
/// </summary>
/// <param name="started">The options the agent started with.</param>
/// <param name="read">Reads the configuration; null when there is none to read.</param>
/// <param name="prepare">Takes what the new options name and may not be readable, such as certificates; with a problem nothing else takes effect.</param>
/// <param name="apply">Puts new options into effect; returns what could not be.</param>
/// <param name="logger">Where it says what came of it.</param>
internal sealed partial class ConfigurationReload(
    AgentOptions started, Func<AgentConfigurationResult>? read, Func<AgentOptions, IReadOnlyList<string>> prepare,
    Func<AgentOptions, IReadOnlyList<string>> apply, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private long _succeeded;
    private long _failed;
    private volatile bool _stale;

    /// <summary>Adds what came of reloads to a meter.</summary>
    public void AddTo(Meter meter)
    {
        meter.CreateObservableCounter("muster.agent.reloads", Count, "{reload}", "Times the configuration was read again, by outcome");
        meter.CreateObservableGauge("muster.agent.configuration_stale", () => _stale ? 1 : 0, null, "1 while the last reload failed and an earlier configuration is in effect");
    }

    /// <summary>Reloads. Returns everything that is wrong; empty when the new configuration is in effect.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        await _gate.WaitAsync();
        try
        {
            IReadOnlyList<string> problems = Run();
            _stale = problems.Count > 0;
            Interlocked.Increment(ref _stale ? ref _failed : ref _succeeded);
            return problems;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private IReadOnlyList<string> Run()
    {
        if (read is null)
        {
            return ["this agent has no configuration to read again"];
        }

        AgentConfigurationResult result = read();
        foreach (string warning in result.Warnings)
        {
            LogWarning(logger, warning);
        }

        if (result.Options is not { } next)
        {
            LogRefused(logger, string.Join("; ", result.Errors));
            return result.Errors;
        }

        IReadOnlyList<string> unreadable = prepare(next);
        if (unreadable.Count > 0)
        {
            LogRefused(logger, string.Join("; ", unreadable));
            return unreadable;
        }

        foreach (string setting in RestartSettings.Between(started, next))
        {
            LogNeedsRestart(logger, setting);
        }

        IReadOnlyList<string> problems = apply(next);
        if (problems.Count > 0)
        {
            LogPartly(logger, string.Join("; ", problems));
            return problems;
        }

        LogReloaded(logger, next.Services.Count, next.Checks.Count);
        return [];
    }

    private IEnumerable<Measurement<long>> Count() =>
    [
        new(Interlocked.Read(ref _succeeded), new KeyValuePair<string, object?>("outcome", "done")),
        new(Interlocked.Read(ref _failed), new KeyValuePair<string, object?>("outcome", "failed")),
    ];

    [LoggerMessage(Level = LogLevel.Information, Message = "Configuration reloaded: {Services} services and {Checks} checks are defined in it")]
    private static partial void LogReloaded(ILogger logger, int services, int checks);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reload: {Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reload: {Setting} has changed and needs a restart to take effect")]
    private static partial void LogNeedsRestart(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reload failed, the configuration read before stays in effect: {Problems}")]
    private static partial void LogRefused(ILogger logger, string problems);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reload: the new configuration is in effect but for this: {Problems}")]
    private static partial void LogPartly(ILogger logger, string problems);
}
