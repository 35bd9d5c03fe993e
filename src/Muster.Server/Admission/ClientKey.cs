using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Muster.Server.Admission;

/// <summary>
/// Whom limits count as one client: an IPv4 address, or the first 64 bits of an IPv6 address, because a single host
/// commonly owns all of what follows.
/// </summary>
internal readonly record struct ClientKey(ulong Prefix, bool IsIPv6)
{
    /// <summary>The key of an address; an IPv4 address inside an IPv6 one is that IPv4 address.</summary>
    public static ClientKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsIPv4MappedToIPv6)
        {
            address.TryWriteBytes(bytes, out _);
            return new ClientKey(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), IsIPv6: false);
        }

        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new ClientKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsIPv6: true)
            : new ClientKey(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv6: false);
    }
}
