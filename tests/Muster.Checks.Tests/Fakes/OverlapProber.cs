using System.Collections.Concurrent;
using Muster.Checks.Probing;
using Muster.Model;

namespace Muster.Checks.Tests.Fakes;

/// <summary>Notices when two runs of one check overlap. The check is the last segment of the URL.</summary>
internal sealed class OverlapProber : IProber
{
    private readonly ConcurrentDictionary<string, bool> _running = new();

    public bool Overlapped { get; private set; }

    public async ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string check = definition.Http!.Url[definition.Http.Url.LastIndexOf('/')..];
        Overlapped |= !_running.TryAdd(check, true);
        await Task.Yield();
        await Task.Yield();
        _running.TryRemove(check, out _);
        return new ProbeResult(HealthStatus.Passing, "");
    }

    public void Dispose()
    {
    }
}
