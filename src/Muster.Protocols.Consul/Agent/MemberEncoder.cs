using System.Globalization;
using System.Net;
using Muster.Cluster;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Agent;

/// <summary>A server as Consul lists a member of its gossip pool.</summary>
internal sealed class MemberEncoder(string datacenter, ConsulOptions options)
{
    /// <summary>The port that members show among datacenters.</summary>
    private const int WideGossipPort = 8302;

    /// <summary>Writes a member; among datacenters its name ends in its datacenter's.</summary>
    public void Write(GoJsonWriter json, MemberView member, bool wide)
    {
        MemberRecord record = member.Record;
        IPEndPoint end = EndPointOf(record);
        json.BeginObject();
        Text(json, "Name"u8, wide ? $"{record.Name}.{datacenter}" : record.Name);
        Text(json, "Addr"u8, end.Address.ToString());
        json.Name("Port"u8);
        json.Number(wide ? WideGossipPort : end.Port);
        json.Name("Tags"u8);
        WriteTags(json, member);
        json.Name("Status"u8);
        json.Number(StatusOf(member.Status));
        Numbers(json, "ProtocolMin"u8, 1, "ProtocolMax"u8, 5, "ProtocolCur"u8, 2);
        Numbers(json, "DelegateMin"u8, 2, "DelegateMax"u8, 5, "DelegateCur"u8, 4);
        json.EndObject();
    }

    /// <summary>Where peers reach a server.</summary>
    public static IPEndPoint EndPointOf(MemberRecord record) =>
        IPEndPoint.TryParse(record.PeerAddress, out IPEndPoint? end) ? end : new IPEndPoint(IPAddress.None, 0);

    /// <summary>How many servers to expect is said of all of them: Consul wants the same number on each.</summary>
    private void WriteTags(GoJsonWriter json, MemberView member)
    {
        json.BeginObject();
        Text(json, "acls"u8, "0");
        if (options.Bootstrap && member.IsSelf)
        {
            Text(json, "bootstrap"u8, "1");
        }

        Text(json, "build"u8, $"{options.ApiVersion}:muster");
        Text(json, "dc"u8, datacenter);
        if (options.ExpectedServers > 1)
        {
            Text(json, "expect"u8, options.ExpectedServers.ToString(CultureInfo.InvariantCulture));
        }

        Text(json, "id"u8, member.Record.NodeId);
        Text(json, "port"u8, options.ServerPort.ToString(CultureInfo.InvariantCulture));
        Text(json, "raft_vsn"u8, "3");
        Text(json, "role"u8, "consul");
        Text(json, "segment"u8, "");
        Text(json, "vsn"u8, "2");
        Text(json, "vsn_max"u8, "3");
        Text(json, "vsn_min"u8, "2");
        json.EndObject();
    }

    private static int StatusOf(MemberStatus status) => status switch
    {
        MemberStatus.Alive => 1,
        MemberStatus.Leaving => 2,
        MemberStatus.Left => 3,
        _ => 4,
    };

    private static void Numbers(
        GoJsonWriter json, ReadOnlySpan<byte> first, int firstValue, ReadOnlySpan<byte> second, int secondValue, ReadOnlySpan<byte> third, int thirdValue)
    {
        json.Name(first);
        json.Number(firstValue);
        json.Name(second);
        json.Number(secondValue);
        json.Name(third);
        json.Number(thirdValue);
    }

    private static void Text(GoJsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }
}
