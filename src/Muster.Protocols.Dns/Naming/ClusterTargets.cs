namespace Muster.Protocols.Dns.Naming;

/// <summary>The targets of SRV records in Kubernetes' names: <c>10-0-0-1.SERVICE.NAMESPACE.svc.cluster.local</c>.</summary>
internal sealed class ClusterTargets(DnsZone zone, string service, string space) : TargetNames
{
    private readonly byte[] _suffix = Encode($"{service}.{space}.svc.{zone.Text}");

    public override int NameNode(string node, Span<byte> target) => 0;

    public override int NameAddress(ReadOnlySpan<byte> address, Span<byte> target) => NameBelow(AddressText.ToDashes(address), _suffix, target);
}
