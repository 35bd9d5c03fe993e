using System.Net;
using System.Net.Sockets;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

/// <summary>Finds everything wrong with the options at once, in words that name the option, the value and the range.</summary>
internal static class DnsServerOptionsValidator
{
    // A service name, a tag and ".service.dc." have to fit before the domain.
    private const int MaxDomainLength = 100;

    private static readonly TimeSpan MaxTtl = TimeSpan.FromDays(7);
    private static readonly TimeSpan MaxSoaTime = TimeSpan.FromSeconds(int.MaxValue);

    public static IReadOnlyList<string> Validate(DnsServerOptions options)
    {
        List<string> errors = [];
        CheckEndPoints(options, errors);
        CheckDomain(nameof(options.Domain), options.Domain, errors);
        if (options.AltDomain.Trim('.').Length > 0)
        {
            CheckDomain(nameof(options.AltDomain), options.AltDomain, errors);
        }

        if (options.ClusterDomain.Trim('.').Length > 0)
        {
            CheckDomain(nameof(options.ClusterDomain), options.ClusterDomain, errors);
        }

        if (!DnsName.TryEncodeLabels(options.Datacenter, stackalloc byte[64], out int length) || length == 0 || options.Datacenter.Contains('.'))
        {
            errors.Add($"Datacenter: \"{options.Datacenter}\" is not one DNS label of 1 to 63 characters");
        }

        CheckTime(nameof(options.NodeTtl), options.NodeTtl, MaxTtl, errors);
        CheckTime("Soa.Refresh", options.Soa.Refresh, MaxSoaTime, errors);
        CheckTime("Soa.Retry", options.Soa.Retry, MaxSoaTime, errors);
        CheckTime("Soa.Expire", options.Soa.Expire, MaxSoaTime, errors);
        CheckTime("Soa.MinTtl", options.Soa.MinTtl, MaxSoaTime, errors);
        foreach ((string name, TimeSpan ttl) in options.ServiceTtl)
        {
            CheckTime($"ServiceTtl of \"{name}\"", ttl, MaxTtl, errors);
        }

        CheckRange(nameof(options.AddressLimit), options.AddressLimit, 0, 65535, errors);
        CheckRange(nameof(options.UdpAnswerLimit), options.UdpAnswerLimit, 0, 65535, errors);
        CheckRange(nameof(options.ResponsesPerSecond), options.ResponsesPerSecond, 0, 1_000_000, errors);
        CheckRange(nameof(options.ResponseSlip), options.ResponseSlip, 0, 10, errors);
        CheckRecursors(options, errors);
        CheckRange(nameof(options.UdpSockets), options.UdpSockets, 1, 64, errors);
        if (options.UdpSockets > 1 && !OperatingSystem.IsLinux())
        {
            errors.Add("UdpSockets: more than one socket per endpoint works on Linux only");
        }

        CheckRange(nameof(options.MaxUdpResponse), options.MaxUdpResponse, 512, 16384, errors);
        CheckRange(nameof(options.TcpMaxConnections), options.TcpMaxConnections, 1, 65536, errors);
        CheckRange(nameof(options.TcpMaxConnectionsPerClient), options.TcpMaxConnectionsPerClient, 1, 65536, errors);
        if (options.TcpIdleTimeout < TimeSpan.FromSeconds(1) || options.TcpIdleTimeout > TimeSpan.FromMinutes(10))
        {
            errors.Add($"TcpIdleTimeout: {options.TcpIdleTimeout} is outside 1 s to 10 min");
        }

        return errors;
    }

    private static void CheckEndPoints(DnsServerOptions options, List<string> errors)
    {
        if (options.EndPoints.Count == 0)
        {
            errors.Add("EndPoints: at least one address and port to listen on is needed");
        }

        foreach (var endPoint in options.EndPoints)
        {
            if (endPoint.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            {
                errors.Add($"EndPoints: {endPoint} is neither IPv4 nor IPv6");
            }
        }
    }

    private static void CheckRecursors(DnsServerOptions options, List<string> errors)
    {
        foreach (var recursor in options.Recursors)
        {
            bool isSelf = options.EndPoints.Any(own => own.Port == recursor.Port
                && (own.Address.Equals(recursor.Address) || (IsAny(own.Address) && IPAddress.IsLoopback(recursor.Address))));
            if (recursor.Port == 0 || isSelf)
            {
                errors.Add($"Recursors: {recursor} is this server itself or no address of a server");
            }
        }

        if (options.RecursorTimeout < TimeSpan.FromMilliseconds(10) || options.RecursorTimeout > TimeSpan.FromMinutes(1))
        {
            errors.Add($"RecursorTimeout: {options.RecursorTimeout} is outside 10 ms to 1 min");
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static void CheckDomain(string option, string domain, List<string> errors)
    {
        if (!DnsName.TryEncode(domain, stackalloc byte[DnsName.MaxLength], out int length) || length is 1 or > MaxDomainLength)
        {
            errors.Add($"{option}: \"{domain}\" is not a domain name of at most {MaxDomainLength} bytes");
        }
    }

    private static void CheckTime(string option, TimeSpan value, TimeSpan most, List<string> errors)
    {
        if (value < TimeSpan.Zero || value > most)
        {
            errors.Add($"{option}: {value.TotalSeconds} s is outside 0 s to {most.TotalSeconds} s");
        }
    }

    private static void CheckRange(string option, int value, int least, int most, List<string> errors)
    {
        if (value < least || value > most)
        {
            errors.Add($"{option}: {value} is outside {least} to {most}");
        }
    }
}
