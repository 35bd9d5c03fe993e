using System.Net;
using Muster.Model;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>What Consul asks of addresses and what it adds to them.</summary>
internal static class AddressRules
{
    private const string LanV4 = "lan_ipv4", WanV4 = "wan_ipv4", LanV6 = "lan_ipv6", WanV6 = "wan_ipv6";

    /// <summary>True for the addresses that mean "all interfaces", which nobody can connect to.</summary>
    public static bool IsAny(string address) =>
        address is "0.0.0.0" or "::" or "[::]"
        || (address.Contains(':') && IPAddress.TryParse(address, out IPAddress? parsed) && parsed.Equals(IPAddress.IPv6Any));

    /// <summary>Tells addresses from host names, as strictly as Go: four plain decimal numbers, no zone, no brackets.</summary>
    public static AddressFamily FamilyOf(string address)
    {
        if (!address.Contains(':'))
        {
            return IsDottedQuad(address) ? AddressFamily.V4 : AddressFamily.None;
        }

        if (address.AsSpan().ContainsAny('%', '[', '/') || !IPAddress.TryParse(address, out IPAddress? parsed))
        {
            return AddressFamily.None;
        }

        return parsed.IsIPv4MappedToIPv6 ? AddressFamily.V4 : AddressFamily.V6;
    }

    /// <summary>Checks the tagged addresses given and adds those that follow from the address itself.</summary>
    public static DefinitionProblem? Complete(ServiceBody body, out IReadOnlyList<KeyValuePair<string, ServiceAddress>> complete)
    {
        complete = [];
        AddressFamily own = FamilyOf(body.Address);
        if (own == AddressFamily.None && body.TaggedAddresses.Count == 0)
        {
            return null;
        }

        var addresses = new SortedPairs<ServiceAddress>();
        for (int i = 0; i < body.TaggedAddresses.Count; i++)
        {
            (string name, TaggedAddressBody given) = body.TaggedAddresses[i];
            if (Check(name, given) is { } problem)
            {
                return problem;
            }

            addresses.Set(name, new ServiceAddress(given.Address, (int)given.Port));
        }

        if (own != AddressFamily.None)
        {
            Add(addresses, own == AddressFamily.V4 ? LanV4 : LanV6, body);
            Add(addresses, own == AddressFamily.V4 ? WanV4 : WanV6, body);
        }

        complete = addresses.Items;
        return null;
    }

    private static DefinitionProblem? Check(string name, TaggedAddressBody given)
    {
        if (given.Port is < 0 or > ushort.MaxValue)
        {
            return new DefinitionProblem($"Invalid port {given.Port} of tagged address \"{name}\": must be between 0 and 65535");
        }

        AddressFamily wanted = name switch
        {
            LanV4 or WanV4 => AddressFamily.V4,
            LanV6 or WanV6 => AddressFamily.V6,
            _ => AddressFamily.None,
        };
        if (wanted == AddressFamily.None || FamilyOf(given.Address) == wanted)
        {
            return null;
        }

        // Consul finds this only while it registers, hence 500
        string family = wanted == AddressFamily.V4 ? "ipv4" : "ipv6";
        return new DefinitionProblem($"Service tagged address \"{name}\" must be a valid {family} address", 500);
    }

    private static void Add(SortedPairs<ServiceAddress> addresses, string name, ServiceBody body)
    {
        if (!SortedPairs<ServiceAddress>.Has(addresses.Items, name))
        {
            addresses.Set(name, new ServiceAddress(body.Address, (int)body.Port));
        }
    }

    private static bool IsDottedQuad(string address)
    {
        int dots = 0, digits = 0, value = 0;
        foreach (char letter in address)
        {
            if (letter == '.' && digits > 0)
            {
                dots++;
                digits = value = 0;
            }
            else if (char.IsAsciiDigit(letter) && (digits == 0 || value > 0))
            {
                digits++;
                value = (value * 10) + (letter - '0');
                if (value > 255)
                {
                    return false;
                }
            }
            else
            {
                return false;
            }
        }

        return dots == 3 && digits > 0;
    }
}
