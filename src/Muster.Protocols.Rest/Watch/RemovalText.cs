using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>The words for why an instance is no longer on a list.</summary>
internal static class RemovalText
{
    /// <summary>It is still registered, but not what was asked for.</summary>
    public const string Filtered = "filtered";

    /// <summary>It is gone, and why is not remembered.</summary>
    public const string Unknown = "unknown";

    public static string Of(RemovalKind kind) => kind switch
    {
        RemovalKind.Expired => "expired",
        RemovalKind.Replaced => "replaced",
        _ => "deregistered",
    };
}
