namespace Muster.Protocols.Dns.Naming;

/// <summary>
/// Reads Kubernetes' names: <c>SERVICE.NAMESPACE.svc</c>, with <c>_PORT._PROTOCOL</c> or an instance before it.
/// Pods have none here: the catalog knows instances of services only.
/// </summary>
internal static class ClusterNames
{
    public static QuestionName Read(NameLabels labels, DnsZone zone)
    {
        int count = labels.Count;
        if (!labels[count - 1].SequenceEqual("svc"u8))
        {
            return new QuestionName { Kind = QuestionKind.Unknown, Zone = zone };
        }

        if (count <= 2)
        {
            return new QuestionName { Kind = QuestionKind.Parent, Zone = zone };
        }

        ReadOnlySpan<byte> space = labels[count - 2];
        ReadOnlySpan<byte> service = labels[count - 3];
        if (count == 3)
        {
            return new QuestionName { Kind = QuestionKind.ClusterService, Zone = zone, Subject = service, Namespace = space };
        }

        bool protocol = IsProtocol(labels[count - 4]);
        if (count == 4)
        {
            return new QuestionName
            {
                Kind = QuestionKind.ClusterInstance, Zone = zone, Subject = service, Namespace = space, Detail = protocol ? default : labels[0],
            };
        }

        ReadOnlySpan<byte> port = labels[0];
        return count == 5 && protocol && port.Length > 1 && port[0] == '_'
            ? new QuestionName { Kind = QuestionKind.ClusterPort, Zone = zone, Subject = service, Namespace = space, Detail = port[1..] }
            : new QuestionName { Kind = QuestionKind.Unknown, Zone = zone };
    }

    // The catalog does not know the protocol of a port, so both find it.
    private static bool IsProtocol(ReadOnlySpan<byte> label) => label.SequenceEqual("_tcp"u8) || label.SequenceEqual("_udp"u8);
}
