using Muster.Model;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>
/// The tagged addresses of an instance as clients see them: the registered ones, and under the family's names
/// (<c>lan_ipv4</c> and <c>wan_ipv4</c>, or the same for IPv6) its own address when that is an IP address and the name is free.
/// </summary>
internal static class InstanceAddresses
{
    /// <summary>True when there is none.</summary>
    public static bool IsEmpty(InstanceData data) => data.TaggedAddresses.Count == 0 && IpText.FamilyOf(data.Address) == AddressFamily.None;

    /// <summary>Finds the address of a name.</summary>
    public static bool TryFind(InstanceData data, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> address, out int port)
    {
        PackedAddresses registered = data.TaggedAddresses;
        while (registered.MoveNext())
        {
            if (registered.Name.SequenceEqual(name))
            {
                address = registered.Address;
                port = registered.Port;
                return true;
            }
        }

        address = data.Address;
        port = data.Port;
        return IsDerived(name, IpText.FamilyOf(address));
    }

    private static bool IsDerived(ReadOnlySpan<byte> name, AddressFamily family) => family switch
    {
        AddressFamily.V4 => name.SequenceEqual("lan_ipv4"u8) || name.SequenceEqual("wan_ipv4"u8),
        AddressFamily.V6 => name.SequenceEqual("lan_ipv6"u8) || name.SequenceEqual("wan_ipv6"u8),
        _ => false,
    };
}
