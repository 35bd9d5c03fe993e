namespace Muster.Catalog;

/// <summary>The server-side lease of an instance: without renewal the instance is removed.</summary>
internal sealed class InstanceLease : WheelEntry
{
    /// <summary>The newest version of the leased instance.</summary>
    internal Instance? Owner;
}
