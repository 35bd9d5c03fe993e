namespace Muster.Protocols.Consul.Agent;

/// <summary>The system of a machine.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="Id">The machine's id.</param>
/// <param name="UpSince">When it was started.</param>
/// <param name="Uptime">How long it runs.</param>
/// <param name="Processes">How many processes there are.</param>
/// <param name="Kind"><c>linux</c>, <c>windows</c> or <c>darwin</c>.</param>
/// <param name="Platform">The distribution, such as <c>debian</c>.</param>
/// <param name="PlatformFamily">What the distribution derives from.</param>
/// <param name="PlatformVersion">The distribution's version.</param>
/// <param name="KernelVersion">The kernel's version.</param>
/// <param name="KernelArchitecture">The kernel's architecture, such as <c>x86_64</c>.</param>
public sealed record HostSystem(
    string Name, string Id, DateTimeOffset UpSince, TimeSpan Uptime, int Processes, string Kind, string Platform, string PlatformFamily,
    string PlatformVersion, string KernelVersion, string KernelArchitecture);
