using System.Reflection;
using Muster.Protocols.Consul;

namespace Muster.Server;

/// <summary>What this program is, and which Consul it stands in for.</summary>
internal static class BuildInfo
{
    private static readonly string s_informational =
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The version of this program, without build metadata.</summary>
    public static string Version { get; } = s_informational.Split('+')[0];

    /// <summary>The version of Consul whose API it speaks.</summary>
    public static string ConsulVersion { get; } = new ConsulOptions().ApiVersion;

    /// <summary>The commit it was built from, with the name of the program, so that nobody takes it for Consul's.</summary>
    public static string Revision { get; } =
        $"muster-{Version}" + (s_informational.Split('+') is [_, { Length: > 0 } commit] ? "-" + commit[..Math.Min(10, commit.Length)] : "");

    /// <summary>Builds of Muster are the same bytes whenever they are made, and carry no date.</summary>
    public static string BuildDate { get; } = new ConsulOptions().BuildDate;
}
