namespace Muster.Client.DiskSnapshots;

/// <summary>The list of one service in the file.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="ConfirmedAt">When the registry last stood by it, by this machine's clock.</param>
/// <param name="Instances">The instances.</param>
internal sealed record SavedList(string Service, DateTimeOffset ConfirmedAt, IReadOnlyList<ServiceInstance> Instances);
