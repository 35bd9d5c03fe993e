using Microsoft.Extensions.Logging;

namespace Muster.Server.Hosting;

/// <summary>
/// Lets the catalog's time pass. It runs on the thread pool on purpose: when the pool is starved, ticks come late, the
/// catalog sees the gap and stops blaming instances whose heartbeats wait in the same queue.
/// </summary>
internal sealed partial class CatalogTicker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly PreservationLog _preservation;
    private readonly Task _loop;

    public CatalogTicker(Catalog.Catalog catalog, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _preservation = new PreservationLog(catalog.Preservation, logger);
        _loop = RunAsync(catalog, time);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(Catalog.Catalog catalog, TimeProvider time)
    {
        using var timer = new PeriodicTimer(catalog.Options.Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Tick(catalog);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopped
        }
    }

    /// <summary>A bug that one expiry meets must not end all others.</summary>
    private void Tick(Catalog.Catalog catalog)
    {
        try
        {
            catalog.Tick();
            _preservation.Write();
        }
        catch (Exception error)
        {
            LogFailed(_logger, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A tick of the catalog failed")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
