using System.Net;
using Muster.Model;

namespace Muster.Protocols.Consul.Definitions;

/// <summary>What Consul asks of addresses.</summary>
internal static class AddressRules
{
    private const string LanV4 = "lan_ipv4", WanV4 = "wan_ipv4", LanV6 = "lan_ipv6", WanV6 = "wan_ipv6";

    /// <summary>True for the addresses that mean "all interfaces", which nobody can connect to.</summary>
    public static bool IsAny(string address) =>
        address is "0.0.0.0" or "::" or "[::]"
        || (address.Contains(':') && IPAddress.TryParse(address, out IPAddress? parsed) && parsed.Equals(IPAddress.IPv6Any));

    /// <summary>
    /// Checks the tagged addresses given. Those that follow from the address itself (<c>lan_ipv4</c> and so on) are not
    /// stored: the encoders add them.
    /// </summary>
    public static DefinitionProblem? Translate(
        IReadOnlyList<KeyValuePair<string, TaggedAddressBody>> given, out IReadOnlyList<KeyValuePair<string, ServiceAddress>> addresses)
    {
        addresses = [];
        if (given.Count == 0)
        {
            return null;
        }

        var translated = new KeyValuePair<string, ServiceAddress>[given.Count];
        for (int i = 0; i < translated.Length; i++)
        {
            (string name, TaggedAddressBody address) = given[i];
            if (Check(name, address) is { } problem)
            {
                return problem;
            }

            translated[i] = new(name, new ServiceAddress(address.Address, (int)address.Port));
        }

        addresses = translated;
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
        if (wanted == AddressFamily.None || IpText.FamilyOf(given.Address) == wanted)
        {
            return null;
        }

        // Consul finds this only while it registers, hence 500
        string family = wanted == AddressFamily.V4 ? "ipv4" : "ipv6";
        return new DefinitionProblem($"Service tagged address \"{name}\" must be a valid {family} address", 500);
    }
}
