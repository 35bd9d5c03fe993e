namespace Muster.Client.Registration;

/// <summary>What an application tells the registry of one of its instances. Immutable.</summary>
public sealed record InstanceRegistration
{
    /// <summary>The service's name: 1 to 128 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The instance's id, unique in the registry; the same after a restart if it is the same instance.</summary>
    public required string Id { get; init; }

    /// <summary>The node it lives on; null for the node of the server that takes the registration.</summary>
    public string? Node { get; init; }

    /// <summary>IP address or host name at which others reach it.</summary>
    public required string Address { get; init; }

    /// <summary>The main port at which others reach it, 0 to 65535; 0 means that there is none.</summary>
    public required int Port { get; init; }

    /// <summary>Further ports by name, such as <c>admin</c>.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = EmptyMaps.Ports;

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMaps.Metadata;

    /// <summary>Share of traffic while its checks pass, 1 to 65535. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Share of traffic while a check warns, 0 to 65535. Default 1.</summary>
    public int WarningWeight { get; init; } = 1;

    /// <summary>The region, empty when unknown.</summary>
    public string Region { get; init; } = "";

    /// <summary>The zone, empty when unknown.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Checks that the registry's servers run against it, beside the lease.</summary>
    public IReadOnlyList<InstanceCheck> Checks { get; init; } = [];

    /// <summary>True registers it as <c>starting</c>, which takes no traffic until <see cref="RegisteredInstance.MarkUp"/>.</summary>
    public bool Starting { get; init; }

    /// <summary>Adds what is wrong with it, each as "name: rule, got value".</summary>
    internal void Validate(ICollection<string> errors)
    {
        Require(errors, IsName(Service), nameof(Service), "must be 1 to 128 letters, digits, '-', '_' and '.'", Service);
        Require(errors, Id.Length is > 0 and <= 256, nameof(Id), "must have 1 to 256 characters", Id);
        Require(errors, Address.Length is > 0 and <= 255 && !Address.Any(char.IsWhiteSpace), nameof(Address), "must be an IP address or a host name", Address);
        Require(errors, Port is >= 0 and <= 65535, nameof(Port), "must be from 0 to 65535", Port);
        Require(errors, Weight is >= 1 and <= 65535, nameof(Weight), "must be from 1 to 65535", Weight);
        Require(errors, WarningWeight is >= 0 and <= 65535, nameof(WarningWeight), "must be from 0 to 65535", WarningWeight);
        foreach ((string name, int port) in Ports)
        {
            Require(errors, port is >= 1 and <= 65535, $"{nameof(Ports)}:{name}", "must be from 1 to 65535", port);
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 128 && name is not ("." or "..") && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static void Require(ICollection<string> errors, bool holds, string name, string rule, object? got)
    {
        if (!holds)
        {
            errors.Add($"{name}: {rule}, got '{got}'");
        }
    }
}
