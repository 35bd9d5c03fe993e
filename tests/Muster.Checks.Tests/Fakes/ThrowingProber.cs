using Muster.Checks.Probing;
using Muster.Model;

namespace Muster.Checks.Tests.Fakes;

internal sealed class ThrowingProber : IProber
{
    public ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("boom");

    public void Dispose()
    {
    }
}
