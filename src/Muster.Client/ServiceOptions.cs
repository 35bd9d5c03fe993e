namespace Muster.Client;

/// <summary>How one service is used.</summary>
public sealed class ServiceOptions
{
    /// <summary>The balancing policy by name. Default <c>round_robin</c>.</summary>
    public string Policy { get; set; } = "round_robin";
}
