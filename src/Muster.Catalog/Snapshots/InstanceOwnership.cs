using Muster.Model;

namespace Muster.Catalog;

/// <summary>What follows from who is responsible for an instance, and who was at first.</summary>
public static class InstanceOwnership
{
    /// <summary>
    /// Whether another server than the instance's home is responsible for it: its home is the server on whose node it is,
    /// and where the node is nobody's, the one it was registered through.
    /// </summary>
    public static bool IsAdopted(this Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        uint home = instance.Node.IsServer ? instance.Node.ServerOrigin : instance.Version.Origin;
        return instance.Tenure.Owner != home;
    }

    /// <summary>
    /// Whether the status of one of its checks is only the last that was known: nobody but its home could make the check,
    /// and another server is responsible now.
    /// </summary>
    public static bool IsStale(this Instance instance, Check check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return instance.IsAdopted() && check.Definition.IsHostBound();
    }
}
