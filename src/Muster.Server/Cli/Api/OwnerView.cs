namespace Muster.Server.Cli.Api;

/// <summary>Which server is responsible for an instance.</summary>
internal sealed record OwnerView
{
    /// <summary>Its node's name; null when this registry knows no such server.</summary>
    public string? Server { get; init; }

    /// <summary>It is the server that answered.</summary>
    public bool Here { get; init; }

    /// <summary>It took the instance over from the one it was registered on.</summary>
    public bool Adopted { get; init; }
}
