using Microsoft.Extensions.Logging;
using Muster.Journal;

namespace Muster.Server.Hosting;

/// <summary>Opens the journal and fills the catalog with what is in it.</summary>
internal static partial class JournalRecovery
{
    /// <summary>Above the largest record that the catalog's limits allow: 64 KiB, and 64 checks of 20 KiB and a little more.</summary>
    private const int MaxRecordBytes = 2 * 1024 * 1024;

    /// <exception cref="AgentStartException">The directory or what is in it cannot be used.</exception>
    public static Journal.Journal Open(string directory, Catalog.Catalog catalog, ILogger logger)
    {
        long refused = 0;
        Journal.Journal journal;
        try
        {
            journal = Journal.Journal.Open(
                new JournalOptions { Directory = directory, MaxRecordBytes = MaxRecordBytes },
                (_, _, record) => refused += catalog.LoadRecord(record) ? 0 : 1);
        }
        catch (Exception error) when (error is JournalException or IOException or UnauthorizedAccessException)
        {
            throw new AgentStartException([$"data_dir \"{directory}\": {error.Message}"]);
        }

        catalog.FinishLoading();
        foreach (string message in journal.Recovery.Messages)
        {
            LogRecovery(logger, message);
        }

        if (refused > 0)
        {
            LogRefused(logger, refused);
        }

        LogRecovered(logger, catalog.Statistics.Instances, journal.Recovery.Duration.TotalSeconds);
        return journal;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Recovery: {Message}")]
    private static partial void LogRecovery(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recovery: {Count} records could not be understood and were passed over; was the journal written by a newer version?")]
    private static partial void LogRefused(ILogger logger, long count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Recovered {Instances} instances in {Seconds:0.00} s")]
    private static partial void LogRecovered(ILogger logger, int instances, double seconds);
}
