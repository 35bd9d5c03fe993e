using System.Net;
using System.Text;

namespace Muster.Server.Configuration;

/// <summary>What the configuration says about a cluster while it is being read. What is not said is null or empty.</summary>
internal sealed class ClusterDraft
{
    public const int DefaultPort = 8301;

    /// <summary>The shortest secret: what is shorter is guessed.</summary>
    public const int MinSecret = 16;

    /// <summary>The longest zone, in bytes: servers tell each other theirs before they trust each other, in few words.</summary>
    private const int MaxZone = 128;

    /// <summary>The environment variable with the secret.</summary>
    public const string SecretVariable = "MUSTER_ENCRYPT";

    public string? Secret { get; set; }

    public string? SecretFile { get; set; }

    public IPAddress? PeerAddress { get; set; }

    public int? PeerPort { get; set; }

    public List<string> StartJoin { get; } = [];

    public List<string> RetryJoin { get; } = [];

    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(5);

    public int RetryMax { get; set; }

    public bool Bootstrap { get; set; }

    /// <summary>0 when nothing is said of it.</summary>
    public int ExpectedServers { get; set; }

    public bool Rejoin { get; set; }

    public bool LeaveOnTerminate { get; set; }

    public bool LeaveOnInterrupt { get; set; }

    public string CaFile { get; set; } = "";

    public string CertFile { get; set; } = "";

    public string KeyFile { get; set; } = "";

    public TimeSpan OwnerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan TombstoneAge { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan IsolatedTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Checks it all together, and reports to the draft it belongs to.</summary>
    public ClusterSettings Build(AgentDraft draft, HostFacts host)
    {
        string secret = FindSecret(draft, host);
        bool enabled = StartJoin.Count + RetryJoin.Count > 0 || ExpectedServers > 1 || secret.Length > 0 || PeerPort is not null;
        IPAddress address = PeerAddress ?? draft.BindAddress;
        if (enabled)
        {
            Check(draft, address, secret);
        }
        else if (CaFile.Length + CertFile.Length + KeyFile.Length > 0)
        {
            draft.Warn("ca_file, cert_file, key_file: have no effect, they are for servers that joined others; HTTP is in the clear");
        }

        return new ClusterSettings
        {
            Enabled = enabled,
            Secret = secret,
            PeerAddress = address,
            PeerPort = PeerPort ?? DefaultPort,
            StartJoin = StartJoin,
            RetryJoin = RetryJoin,
            RetryInterval = RetryInterval,
            RetryMax = RetryMax,
            Bootstrap = Bootstrap || ExpectedServers == 1, // Consul takes the one for the other
            ExpectedServers = Math.Max(1, ExpectedServers),
            Rejoin = Rejoin,
            LeaveOnTerminate = LeaveOnTerminate,
            LeaveOnInterrupt = LeaveOnInterrupt,
            CaFile = CaFile,
            CertFile = CertFile,
            KeyFile = KeyFile,
            OwnerTimeout = OwnerTimeout,
            TombstoneAge = TombstoneAge,
            IsolatedTimeout = IsolatedTimeout,
        };
    }

    private void Check(AgentDraft draft, IPAddress address, string secret)
    {
        if (secret.Length == 0 && !IPAddress.IsLoopback(address))
        {
            draft.Error($"encrypt: servers on other machines can reach {address}, so the cluster needs a secret of at least {MinSecret} characters: set encrypt, encrypt_file or {SecretVariable}");
        }

        if (draft.NodeMetadata.TryGetValue("zone", out string? zone) && (Encoding.UTF8.GetByteCount(zone) > MaxZone || zone.Any(char.IsControl)))
        {
            draft.Error($"node_meta: the zone of a server in a cluster must have at most {MaxZone} bytes, and no control characters");
        }

        if (PeerPort > 0 && (PeerPort == draft.HttpPort || PeerPort == draft.DnsPort))
        {
            draft.Error($"ports.serf_lan: must differ from ports.http and ports.dns, got {PeerPort}");
        }

        int files = (CaFile.Length > 0 ? 1 : 0) + (CertFile.Length > 0 ? 1 : 0) + (KeyFile.Length > 0 ? 1 : 0);
        if (files is 1 or 2)
        {
            draft.Error("ca_file, cert_file, key_file: TLS among servers needs all three");
        }

        if (IPAddress.IsLoopback(address) && StartJoin.Concat(RetryJoin).Any(static target => !IsHere(target)))
        {
            draft.Warn($"bind_addr: servers on other machines cannot reach {address}; set -bind to an address of this machine");
        }
    }

    private string FindSecret(AgentDraft draft, HostFacts host)
    {
        string secret = Secret ?? "";
        string source = "encrypt";
        if (SecretFile is { Length: > 0 } file)
        {
            if (Secret is not null)
            {
                draft.Error("encrypt_file: set either it or encrypt");
            }

            (source, secret) = ("encrypt_file", Read(draft, file));
        }
        else if (Secret is null && host.Variable(SecretVariable) is { Length: > 0 } variable)
        {
            (source, secret) = (SecretVariable, variable.Trim());
        }

        if (secret.Length is > 0 and < MinSecret)
        {
            // the value itself must not get into a log
            draft.Error($"{source}: must have at least {MinSecret} characters, has {secret.Length}");
        }

        return secret;
    }

    private static string Read(AgentDraft draft, string file)
    {
        try
        {
            string secret = File.ReadAllText(file).Trim();
            if (secret.Length == 0)
            {
                draft.Error($"encrypt_file: \"{file}\" is empty");
            }

            return secret;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            draft.Error($"encrypt_file: {error.Message}");
            return "";
        }
    }

    private static bool IsHere(string target) =>
        Muster.Cluster.Sockets.PeerTarget.TryParse(target, DefaultPort, out var parsed)
        && (parsed.Host == "localhost" || (IPAddress.TryParse(parsed.Host, out IPAddress? address) && IPAddress.IsLoopback(address)));
}
