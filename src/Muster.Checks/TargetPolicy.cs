using System.Net;
using System.Net.Sockets;

namespace Muster.Checks;

/// <summary>
/// Which addresses a probe may connect to. Whoever may register a check decides where the server sends requests, so
/// addresses that mean something only to this machine's network (cloud metadata above all) are out of reach.
/// It judges the address that is about to be connected to, never a name.
/// </summary>
public sealed record TargetPolicy
{
    /// <summary>Where cloud providers hand credentials to whoever asks from inside the machine.</summary>
    private static readonly HashSet<IPAddress> MetadataAddresses =
    [
        IPAddress.Parse("169.254.169.254"), // AWS, Azure, Google, OpenStack and most others
        IPAddress.Parse("169.254.170.2"), // AWS containers
        IPAddress.Parse("169.254.170.23"), // AWS Kubernetes pods
        IPAddress.Parse("100.100.100.200"), // Alibaba
        IPAddress.Parse("168.63.129.16"), // Azure platform
        IPAddress.Parse("192.0.0.192"), // Oracle
        IPAddress.Parse("fd00:ec2::254"), // AWS
        IPAddress.Parse("fd00:ec2::23"), // AWS Kubernetes pods
        IPAddress.Parse("fd20:ce::254"), // Google
    ];

    /// <summary>Nothing but ordinary unicast addresses: loopback, private and public ones.</summary>
    public static TargetPolicy Default { get; } = new();

    /// <summary>Allow 169.254.0.0/16 and fe80::/10, metadata addresses excepted. Default false.</summary>
    public bool AllowLinkLocal { get; init; }

    /// <summary>The rule that forbids an address, or null when the address may be probed.</summary>
    public string? RuleAgainst(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IsMetadata(address))
        {
            return "cloud metadata address";
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..WriteUnwrapped(address, bytes)];
        return bytes.Length == 4 ? RuleAgainstV4(bytes) : RuleAgainstV6(bytes);
    }

    private static bool IsMetadata(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return MetadataAddresses.Contains(new IPAddress(bytes[..WriteUnwrapped(address, bytes)]));
    }

    private string? RuleAgainstV4(ReadOnlySpan<byte> address) => address switch
    {
        [0, ..] => "unspecified address (0.0.0.0/8)",
        [255, 255, 255, 255] => "broadcast address",
        [>= 224 and <= 239, ..] => "multicast address (224.0.0.0/4)",
        [169, 254, ..] when !AllowLinkLocal => "link-local address (169.254.0.0/16)",
        _ => null,
    };

    private string? RuleAgainstV6(ReadOnlySpan<byte> address)
    {
        if (!address.ContainsAnyExcept((byte)0))
        {
            return "unspecified address (::)";
        }

        return address switch
        {
            [0xFF, ..] => "multicast address (ff00::/8)",
            [0xFE, >= 0x80 and <= 0xBF, ..] when !AllowLinkLocal => "link-local address (fe80::/10)",
            _ => null,
        };
    }

    /// <summary>Writes the address's bytes; of an IPv6 address that only carries an IPv4 one, those of the latter.</summary>
    private static int WriteUnwrapped(IPAddress address, Span<byte> bytes)
    {
        address.TryWriteBytes(bytes, out int length);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && EmbeddedV4(bytes) is int start)
        {
            bytes.Slice(start, 4).CopyTo(bytes);
            length = 4;
        }

        return length;
    }

    /// <summary>Where an IPv4 address begins inside an IPv6 one: mapped, NAT64, 6to4 or the old "compatible" form.</summary>
    private static int? EmbeddedV4(ReadOnlySpan<byte> address)
    {
        ReadOnlySpan<byte> nat64 = [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];
        ReadOnlySpan<byte> mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
        if (address.StartsWith(nat64) || address.StartsWith(mapped))
        {
            return 12;
        }

        if (address is [0x20, 0x02, ..])
        {
            return 2;
        }

        // :: and ::1 begin with the same zeros, but mean themselves
        return address[..12].ContainsAnyExcept((byte)0) || address[12..14] is [0, 0] ? null : 12;
    }
}
