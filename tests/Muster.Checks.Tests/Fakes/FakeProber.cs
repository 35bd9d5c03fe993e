using System.Threading.Channels;
using Muster.Checks.Probing;
using Muster.Model;

namespace Muster.Checks.Tests.Fakes;

/// <summary>A prober whose runs the test sees begin and ends as it likes.</summary>
internal sealed class FakeProber : IProber
{
    private readonly Channel<Run> _begun = Channel.CreateUnbounded<Run>();

    public bool IsDisposed { get; private set; }

    public async Task<Run> NextAsync() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    public bool TryNext(out Run? run) => _begun.Reader.TryRead(out run);

    public async ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Run run = new(definition);
        _begun.Writer.TryWrite(run);
        await using CancellationTokenRegistration _ = cancellationToken.Register(() => run.End(HealthStatus.Critical, "cut short"));
        return await run.Result;
    }

    public void Dispose() => IsDisposed = true;

    internal sealed class Run(CheckDefinition definition)
    {
        private readonly TaskCompletionSource<ProbeResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CheckDefinition Definition { get; } = definition;

        public Task<ProbeResult> Result => _result.Task;

        public void End(HealthStatus status = HealthStatus.Passing, string output = "") => _result.TrySetResult(new ProbeResult(status, output));
    }
}
