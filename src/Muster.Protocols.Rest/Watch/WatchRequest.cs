namespace Muster.Protocols.Rest.Watch;

/// <summary>What somebody wants to watch.</summary>
/// <param name="Services">The names, each with the cursor its reader has kept, if any.</param>
/// <param name="Question">The same for all of them.</param>
internal sealed record WatchRequest(IReadOnlyList<(string Name, string? Cursor)> Services, ServiceQuestion Question);
