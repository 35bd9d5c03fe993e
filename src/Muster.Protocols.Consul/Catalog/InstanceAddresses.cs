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
        (ReadOnlySpan<byte> lan, ReadOnlySpan<byte> wan) = DerivedNames(address);
        return !lan.IsEmpty && (name.SequenceEqual(lan) || name.SequenceEqual(wan));
    }

    /// <summary>The names that an instance's own address goes by, both empty when it is no IP address.</summary>
    public static NamePair DerivedNames(ReadOnlySpan<byte> address) => IpText.FamilyOf(address) switch
    {
        AddressFamily.V4 => new NamePair("lan_ipv4"u8, "wan_ipv4"u8),
        AddressFamily.V6 => new NamePair("lan_ipv6"u8, "wan_ipv6"u8),
        _ => default,
    };

    /// <summary>A name for the local network and one for the others.</summary>
    internal readonly ref struct NamePair(ReadOnlySpan<byte> lan, ReadOnlySpan<byte> wan)
    {
        private readonly ReadOnlySpan<byte> _lan = lan, _wan = wan;

        public void Deconstruct(out ReadOnlySpan<byte> lan, out ReadOnlySpan<byte> wan)
        {
            lan = _lan;
            wan = _wan;
        }
    }
}
