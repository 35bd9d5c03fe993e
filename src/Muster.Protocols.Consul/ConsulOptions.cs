using Microsoft.AspNetCore.Http;
using Muster.Protocols.Consul.Definitions;

namespace Muster.Protocols.Consul;

/// <summary>What can be set about the Consul API.</summary>
public sealed record ConsulOptions
{
    /// <summary>The most blocking queries that may wait at once; more are answered 429. Default 10,000, from 0.</summary>
    public int MaxBlockedQueries { get; init; } = 10_000;

    /// <summary>
    /// Asked before a query waits: null when its client has too many waiting, else what to call at the end of the
    /// wait. Default: nobody has too many.
    /// </summary>
    public Func<HttpContext, Action?>? TryWait { get; init; }

    /// <summary>How long a blocking query waits that names no time. Default 300 s, more than 0.</summary>
    public TimeSpan DefaultWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest a blocking query may wait (plus up to a sixteenth, at random). Default 600 s, more than 0.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Tell clients that addresses are translated for other datacenters (<c>X-Consul-Translate-Addresses: true</c>). There
    /// is one datacenter, so none ever is. Default false.
    /// </summary>
    public bool TranslateWanAddresses { get; init; }

    /// <summary>The lowest port given to a sidecar that names none. Default 21000.</summary>
    public int SidecarMinPort { get; init; } = 21_000;

    /// <summary>The highest port given to a sidecar that names none. Default 21255.</summary>
    public int SidecarMaxPort { get; init; } = 21_255;

    /// <summary>The port that <c>status/leader</c> names, as Consul's server port. Default 8300.</summary>
    public int ServerPort { get; init; } = 8300;

    /// <summary>
    /// The version of Consul whose API this is, for <c>agent/self</c> and <c>agent/members</c>: some clients choose
    /// features by it. Default 1.21.4.
    /// </summary>
    public string ApiVersion { get; init; } = "1.21.4";

    /// <summary>Whether the server was told to be the first one of its cluster, for the tags of members. Default no.</summary>
    public bool Bootstrap { get; init; }

    /// <summary>How many servers the cluster was told to expect, for the tags of members; below 2 nothing is said of it. Default 0.</summary>
    public int ExpectedServers { get; init; }

    /// <summary>Whether checks registered through the API may run scripts. Default no.</summary>
    public ScriptRule Scripts { get; init; } = ScriptRule.RefusedRemotely;

    /// <summary>Whether checks in configuration files may run scripts, for <c>agent/self</c>. Default no.</summary>
    public ScriptRule LocalScripts { get; init; } = ScriptRule.RefusedLocally;

    /// <summary>What was built: shown where Consul shows its commit. Default <c>muster</c>.</summary>
    public string Revision { get; init; } = "muster";

    /// <summary>When it was built, as RFC 3339. Default: the moment that undated builds of Consul name.</summary>
    public string BuildDate { get; init; } = "1970-01-01T00:00:01Z";
}
