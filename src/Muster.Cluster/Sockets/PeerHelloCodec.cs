using Muster.Model;

namespace Muster.Cluster.Sockets;

/// <summary>What a server says about itself, as bytes. Fields are only ever appended; a reader ignores what follows those it knows.</summary>
internal static class PeerHelloCodec
{
    public static byte[] Encode(PeerHello hello)
    {
        var writer = new PackWriter();
        writer.Number(hello.Origin);
        writer.Text(hello.NodeId);
        writer.Text(hello.Name);
        writer.Text(hello.Datacenter);
        writer.Text(hello.PeerAddress);
        writer.Text(hello.HttpAddress);
        writer.Text(hello.Zone);
        writer.Number(hello.MinProtocol);
        writer.Number(hello.MaxProtocol);
        writer.Text(hello.Version);
        writer.Number(hello.Clock);
        writer.Number(hello.Boot);
        return writer.ToArray();
    }

    public static PeerHello? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackReader(bytes);
        long origin = reader.Number();
        string nodeId = reader.Text(), name = reader.Text(), datacenter = reader.Text();
        string peerAddress = reader.Text(), httpAddress = reader.Text(), zone = reader.Text();
        long minProtocol = reader.Number(), maxProtocol = reader.Number();
        string version = reader.Text();
        long clock = reader.Number(), boot = reader.Number();
        if (reader.Failed || origin > uint.MaxValue || minProtocol > maxProtocol || maxProtocol > int.MaxValue || name.Length == 0)
        {
            return null;
        }

        return new PeerHello
        {
            Origin = (uint)origin,
            NodeId = nodeId,
            Name = name,
            Datacenter = datacenter,
            PeerAddress = peerAddress,
            HttpAddress = httpAddress,
            Zone = zone,
            MinProtocol = (int)minProtocol,
            MaxProtocol = (int)maxProtocol,
            Version = version,
            Clock = clock,
            Boot = boot,
        };
    }
}
