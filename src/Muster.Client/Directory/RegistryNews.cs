namespace Muster.Client.Directory;

/// <summary>What the directory can hear about one service. Immutable; the vocabulary of <see cref="DirectoryEntry"/>.</summary>
internal abstract record RegistryNews
{
    private RegistryNews()
    {
    }

    /// <summary>A watch stream that includes the service begins.</summary>
    public sealed record StreamBegan : RegistryNews;

    /// <summary>The stream ended; what it left unfinished is void.</summary>
    public sealed record StreamEnded : RegistryNews;

    /// <summary>A whole list, from the stream or a poll, with the removals that the registry remembers.</summary>
    public sealed record Listed(IReadOnlyList<ServiceInstance> Instances, IReadOnlyList<Removal> Removals, string? Cursor, long Index, ViewSource Source) : RegistryNews;

    /// <summary>An instance came or changed. No cursor: more of the same change follows.</summary>
    public sealed record Changed(ServiceInstance Instance, string? Cursor, long Index) : RegistryNews;

    /// <summary>An instance left. No cursor: more of the same change follows.</summary>
    public sealed record Removed(Removal Removal, string? Cursor, long Index) : RegistryNews;

    /// <summary>The stream goes on where the cursor pointed, and all changes since have been told.</summary>
    public sealed record Resumed(string Cursor, long Index) : RegistryNews;

    /// <summary>The registry stands by what it said last: a line of the stream, or a poll's "not modified".</summary>
    public sealed record StillSo : RegistryNews;

    /// <summary>The stream said something about the service that cannot be believed.</summary>
    public sealed record Garbled(RejectReason Reason) : RegistryNews;

    /// <summary>The registry cannot be heard, or a poll's answer cannot be believed.</summary>
    public sealed record Unheard(string Reason) : RegistryNews;

    /// <summary>The list that an earlier run left on disk.</summary>
    public sealed record Restored(IReadOnlyList<ServiceInstance> Instances, TimeSpan Age) : RegistryNews;
}
