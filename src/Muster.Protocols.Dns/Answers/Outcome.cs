using Muster.Wire.Dns;

namespace Muster.Protocols.Dns.Answers;

/// <summary>How composing an answer from the catalog ended.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Authoritative">We speak for the name.</param>
/// <param name="Recursion">What a recursor could add.</param>
internal readonly record struct Outcome(DnsResponseCode Code, bool Authoritative = false, RecursionNeed Recursion = RecursionNeed.None)
{
    /// <summary>The name exists, with or without records of the asked type.</summary>
    public static Outcome Found => new(DnsResponseCode.NoError, Authoritative: true);

    /// <summary>The name does not exist.</summary>
    public static Outcome NoName => new(DnsResponseCode.NameError, Authoritative: true);
}
