using System.Threading.Channels;
using Muster.Model;

namespace Muster.Checks.Tests.Fakes;

internal sealed class RecordingSink : ICheckResultSink
{
    private readonly Channel<(CheckKey Key, HealthStatus Status, string Output)> _reports =
        Channel.CreateUnbounded<(CheckKey, HealthStatus, string)>();

    public int Count => _reports.Reader.Count;

    /// <summary>Called before a report is recorded; may throw.</summary>
    public Action<CheckKey>? OnReport { get; init; }

    public void Report(CheckKey key, HealthStatus status, string output)
    {
        OnReport?.Invoke(key);
        _reports.Writer.TryWrite((key, status, output));
    }

    public async Task<(CheckKey Key, HealthStatus Status, string Output)> NextAsync() =>
        await _reports.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);
}
