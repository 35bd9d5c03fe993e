namespace Muster.Client;

/// <summary>How an application uses Muster.</summary>
public sealed class MusterClientOptions
{
    /// <summary>Base addresses of the registry's servers. Default <c>http://127.0.0.1:8500</c>; at least one.</summary>
    public IList<Uri> Addresses { get; } = [];

    /// <summary>The zone this process runs in; empty means unknown, and no zone is preferred.</summary>
    public string Zone { get; set; } = "";

    /// <summary>The region this process runs in; empty means unknown.</summary>
    public string Region { get; set; } = "";

    /// <summary>Where the last known lists are kept for a start without a registry; null keeps none.</summary>
    public string? SnapshotPath { get; set; }

    /// <summary>How long the very first lookup of a service may wait for an answer. Default 5 s, 0 to 5 min.</summary>
    public TimeSpan FirstLookupTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How services without an entry in <see cref="Services"/> are used.</summary>
    public ServiceOptions Defaults { get; set; } = new();

    /// <summary>How single services are used, by name (without case).</summary>
    public IDictionary<string, ServiceOptions> Services { get; } = new Dictionary<string, ServiceOptions>(StringComparer.OrdinalIgnoreCase);
}
