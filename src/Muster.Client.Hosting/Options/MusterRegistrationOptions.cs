using Muster.Client.Registration;

namespace Muster.Client.Hosting.Options;

/// <summary>How a host registers itself; section <c>Muster:Registration</c>.</summary>
public sealed class MusterRegistrationOptions : RegistrationOptions
{
    /// <summary>The service's name: 1 to 128 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>. Default: the name given in code.</summary>
    public string Service { get; set; } = "";

    /// <summary>
    /// The instance's id, unique in the registry, the same after a restart. Default: service, machine name and port, joined
    /// with <c>-</c>.
    /// </summary>
    public string? Id { get; set; }

    /// <summary>The node it lives on. Default: the node of the server that takes the registration.</summary>
    public string? Node { get; set; }

    /// <summary>
    /// IP address or host name at which others reach it. Default: the address the web server is bound to; if it listens on all,
    /// the one from which the registry is reached.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// The port at which others reach it, 0 to 65535; 0 means that there is none. Default: the port the web server really
    /// listens on.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>Whether the main port is the <c>http</c> or the <c>https</c> one if the web server has both. Default: <c>http</c>.</summary>
    public string? Scheme { get; set; }

    /// <summary>Further ports by name. Default: <c>http</c> and <c>https</c>, as the web server is bound.</summary>
    public IDictionary<string, int> Ports { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Tags. Default none, at most 64.</summary>
    public IList<string> Tags { get; } = [];

    /// <summary>Metadata. Default none, at most 64 pairs.</summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Share of traffic while its checks pass, 1 to 65535. Default 1.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>Share of traffic while a check warns, 0 to 65535. Default 1.</summary>
    public int WarningWeight { get; set; } = 1;

    /// <summary>A path of this host, such as <c>/health/live</c>, that the registry probes with HTTP beside the lease. Default: none.</summary>
    public string? HealthPath { get; set; }

    /// <summary>Pause between two probes of <see cref="HealthPath"/>. Default 10 s, 1 s to 24 h.</summary>
    public TimeSpan HealthInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// True registers the instance as starting, without traffic, until the host's health checks tagged <see cref="ReadyTag"/>
    /// are no longer unhealthy. Default false.
    /// </summary>
    public bool WaitForReady { get; set; }

    /// <summary>The tag of the health checks that <see cref="WaitForReady"/> waits for. Default <c>ready</c>.</summary>
    public string ReadyTag { get; set; } = "ready";

    /// <inheritdoc />
    public override void Validate(string prefix, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        base.Validate(prefix, errors);
        if (!IsName(Service))
        {
            errors.Add($"{prefix}{nameof(Service)}: must be 1 to 128 letters, digits, '-', '_' and '.', got '{Service}'");
        }

        if (Id is { Length: 0 or > 256 })
        {
            errors.Add($"{prefix}{nameof(Id)}: must have 1 to 256 characters, got '{Id}'");
        }

        if (Address is not null && (Address.Length is 0 or > 255 || Address.AsSpan().ContainsAny(" /\t")))
        {
            errors.Add($"{prefix}{nameof(Address)}: must be an IP address or a host name, got '{Address}'");
        }

        if (Scheme is not (null or "http" or "https"))
        {
            errors.Add($"{prefix}{nameof(Scheme)}: must be http or https, got '{Scheme}'");
        }

        if (HealthPath is not null && !HealthPath.StartsWith('/'))
        {
            errors.Add($"{prefix}{nameof(HealthPath)}: must begin with '/', got '{HealthPath}'");
        }

        ValidateNumbers(prefix, errors);
    }

    private void ValidateNumbers(string prefix, ICollection<string> errors)
    {
        Range(nameof(Port), Port ?? 0, 0, 65535);
        Range(nameof(Weight), Weight, 1, 65535);
        Range(nameof(WarningWeight), WarningWeight, 0, 65535);
        foreach ((string name, int port) in Ports)
        {
            Range($"{nameof(Ports)}:{name}", port, 1, 65535);
        }

        if (HealthInterval < TimeSpan.FromSeconds(1) || HealthInterval > TimeSpan.FromHours(24))
        {
            errors.Add($"{prefix}{nameof(HealthInterval)}: must be from 00:00:01 to 1.00:00:00, got {HealthInterval}");
        }

        void Range(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                errors.Add($"{prefix}{name}: must be from {least} to {most}, got {value}");
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name is not ("." or "..") && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
