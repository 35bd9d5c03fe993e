namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// Everything DNS can say about some instances of one service, encoded once: whole records whose owner is the
/// question's name, so an answer is a copy in random order.
/// </summary>
internal sealed class RecordSet
{
    /// <summary>A record owned by a pointer: 12 bytes and an IPv4 address.</summary>
    public const int V4RecordSize = 16;

    /// <summary>A record owned by a pointer: 12 bytes and an IPv6 address.</summary>
    public const int V6RecordSize = 28;

    private const int ObjectOverhead = 160;
    private const int ServiceRecordSize = 16;

    /// <summary>The records of no instance.</summary>
    public static RecordSet Empty { get; } = new() { V4 = [], V6 = [], Aliases = [], Services = [], TimeToLive = 0 };

    /// <summary>No instance at all, as opposed to none of the asked type: the name does not exist.</summary>
    public bool IsEmpty => ReferenceEquals(this, Empty);

    /// <summary>A records, one per distinct address.</summary>
    public required byte[] V4 { get; init; }

    /// <summary>AAAA records, one per distinct address.</summary>
    public required byte[] V6 { get; init; }

    /// <summary>Host names registered as addresses, in wire form; answered as CNAME when there is no address at all.</summary>
    public required byte[][] Aliases { get; init; }

    /// <summary>SRV records per zone: their targets lie in the zone that was asked.</summary>
    public required ServiceRecords[] Services { get; init; }

    /// <summary>Time to live of every record.</summary>
    public required uint TimeToLive { get; init; }

    /// <summary>True when an instance has exactly this address.</summary>
    public bool Holds(ReadOnlySpan<byte> address)
    {
        (byte[] records, int size) = address.Length == 4 ? (V4, V4RecordSize) : (V6, V6RecordSize);
        for (int end = size; end <= records.Length; end += size)
        {
            if (records.AsSpan(end - address.Length, address.Length).SequenceEqual(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Memory held, about.</summary>
    public int Bytes
    {
        get
        {
            int bytes = ObjectOverhead + V4.Length + V6.Length;
            foreach (byte[] alias in Aliases)
            {
                bytes += alias.Length + 24;
            }

            foreach (ServiceRecords services in Services)
            {
                bytes += ObjectOverhead + services.Bytes.Length + (services.Records.Length * ServiceRecordSize);
            }

            return bytes;
        }
    }
}
