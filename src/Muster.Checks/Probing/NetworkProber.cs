using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>Sends each kind of check to its prober. A new kind is one more case here.</summary>
internal sealed class NetworkProber : IProber
{
    private readonly SystemNameResolver _resolver = new();
    private readonly HttpProber _http;
    private readonly TcpProber _tcp;

    public NetworkProber(TimeProvider time)
    {
        TargetDialer dialer = new(_resolver, time);
        _http = new HttpProber(dialer);
        _tcp = new TcpProber(dialer);
    }

    public static bool Runs(CheckKind kind) => kind is CheckKind.Http or CheckKind.Tcp;

    public ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken) =>
        definition switch
        {
            { Kind: CheckKind.Http, Http: { } probe } => _http.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            { Kind: CheckKind.Tcp, Tcp: { } probe } => _tcp.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            _ => ValueTask.FromResult(ProbeResult.Critical($"the check defines no {definition.Kind} target")),
        };

    public void Dispose()
    {
        _http.Dispose();
        _resolver.Dispose();
    }
}
