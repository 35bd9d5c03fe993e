using Muster.Checks.Network;
using Muster.Model;

namespace Muster.Checks.Probing;

/// <summary>Sends each kind of check to its prober. A new kind is one more case here.</summary>
internal sealed class ProberOfAllKinds : IProber
{
    private readonly SystemNameResolver _resolver = new();
    private readonly HttpProber _http;
    private readonly TcpProber _tcp;
    private readonly UdpProber _udp;
    private readonly GrpcProber _grpc;
    private readonly H2PingProber _h2Ping;

    public ProberOfAllKinds(TimeProvider time)
    {
        TargetResolver resolver = new(_resolver);
        TargetDialer dialer = new(resolver, time);
        _http = new HttpProber(dialer);
        _tcp = new TcpProber(dialer);
        _udp = new UdpProber(resolver);
        _grpc = new GrpcProber(dialer);
        _h2Ping = new H2PingProber(dialer);
    }

    public ValueTask<ProbeResult> ProbeAsync(
        CheckDefinition definition, ProbeContext context, TimeSpan timeout, CancellationToken cancellationToken) =>
        definition switch
        {
            { Kind: CheckKind.Http, Http: { } probe } => _http.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            { Kind: CheckKind.Tcp, Target: { } probe } => _tcp.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            { Kind: CheckKind.Udp, Target: { } probe } => _udp.ProbeAsync(probe, context.Targets, cancellationToken),
            { Kind: CheckKind.Grpc, Target: { } probe } => _grpc.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            { Kind: CheckKind.H2Ping, Target: { } probe } => _h2Ping.ProbeAsync(probe, context.Targets, timeout, cancellationToken),
            { Kind: CheckKind.Script, Script: { } script } => ScriptProber.ProbeAsync(script, context.Scripts, timeout, cancellationToken),
            _ => ValueTask.FromResult(ProbeResult.Critical($"the check defines no {definition.Kind} target")),
        };

    public void Dispose()
    {
        _http.Dispose();
        _resolver.Dispose();
    }
}
