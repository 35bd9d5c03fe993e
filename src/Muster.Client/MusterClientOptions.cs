using Muster.Client.Balancing;

namespace Muster.Client;

/// <summary>How an application uses Muster.</summary>
public sealed class MusterClientOptions
{
    /// <summary>The address that is used when none is given.</summary>
    public static readonly Uri DefaultAddress = new("http://127.0.0.1:8500");

    /// <summary>Base addresses of the registry's servers. When empty: <c>http://127.0.0.1:8500</c>.</summary>
    public IList<Uri> Addresses { get; } = [];

    /// <summary>The zone this process runs in; empty means unknown, and no zone is preferred.</summary>
    public string Zone { get; set; } = "";

    /// <summary>The region this process runs in; empty means unknown.</summary>
    public string Region { get; set; } = "";

    /// <summary>
    /// What this process is called among its like, to choose its subset of a large service. Default: machine name and process id.
    /// A name that stays over restarts keeps the subset.
    /// </summary>
    public string ClientId { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>
    /// The number of this process among its like, from 0, if it has one (a pod's ordinal): subsets by number are more even than
    /// by name. Default null.
    /// </summary>
    public int? ClientOrdinal { get; set; }

    /// <summary>Balancing policies of the application's own.</summary>
    public IList<IBalancingPolicy> Policies { get; } = [];

    /// <summary>How long the very first lookup of a service may wait for an answer. Default 5 s, 0 to 5 min.</summary>
    public TimeSpan FirstLookupTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How the registry is followed.</summary>
    public WatchOptions Watch { get; set; } = new();

    /// <summary>When a list is believed that lacks instances without a word why.</summary>
    public EvidenceOptions Evidence { get; set; } = new();

    /// <summary>The file that keeps the last known lists.</summary>
    public SnapshotOptions Snapshot { get; set; } = new();

    /// <summary>
    /// Makes the handler that requests to the registry go through, for certificates, proxies or headers of your own; null for
    /// a plain one. It must not itself use discovery. Called once; the client disposes what it returns.
    /// </summary>
    public Func<HttpMessageHandler>? HttpHandler { get; set; }

    /// <summary>
    /// Which hosts of requests are services, asked once for each host. Null: those of one label, such as <c>payments</c>, except
    /// <c>localhost</c>. IP addresses never are.
    /// </summary>
    public Func<string, bool>? IsServiceName { get; set; }

    /// <summary>How services without an entry in <see cref="Services"/> are used.</summary>
    public ServiceOptions Defaults { get; set; } = new();

    /// <summary>How single services are used, by name (without case).</summary>
    public IDictionary<string, ServiceOptions> Services { get; } = new Dictionary<string, ServiceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>All that is wrong with the options, one line each; empty when they are fine.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        for (var i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i] is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            {
                errors.Add($"{nameof(Addresses)}[{i}]: must be an absolute http or https address, got '{Addresses[i]}'");
            }
        }

        OptionRules.Range(errors, nameof(FirstLookupTimeout), FirstLookupTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        OptionRules.Range(errors, nameof(ClientOrdinal), ClientOrdinal ?? 0, 0, int.MaxValue);
        Watch.Validate($"{nameof(Watch)}.", errors);
        Evidence.Validate($"{nameof(Evidence)}.", errors);
        Snapshot.Validate($"{nameof(Snapshot)}.", errors);
        string[] policies = [.. BalancingPolicies.Names(Policies)];
        Defaults.Validate($"{nameof(Defaults)}.", errors, policies);
        foreach ((string name, ServiceOptions service) in Services)
        {
            service.Validate($"{nameof(Services)}[{name}].", errors, policies);
        }

        return errors;
    }

    /// <summary>How one service is used.</summary>
    internal ServiceOptions For(string service) => Services.TryGetValue(service, out ServiceOptions? own) ? own : Defaults;
}
