using System.Runtime.CompilerServices;
using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>Private parts of the catalog that planted bugs, and the run, reach into.</summary>
internal static class PlantedSeams
{
    /// <summary>Lets an instance's lease run out with the next tick.</summary>
    public static void ExpireNow(Catalog.Catalog catalog, Instance instance)
    {
        if (instance.Lease is { } lease)
        {
            lease.OpenLease(1);
            WheelOf(catalog).Schedule(lease);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_index")]
    public static extern ref long IndexOf(Catalog.Catalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_extinction")]
    public static extern ref long ExtinctionOf(Catalog.Catalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_tombstones")]
    public static extern ref TombstoneTable TombstonesOf(Catalog.Catalog catalog);

    /// <summary>The first of those that a chain is to wake.</summary>
    public static Watcher? HeadOf(WakeChain chain) => FirstOf(chain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_head")]
    private static extern ref Watcher? FirstOf(WakeChain chain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_wheel")]
    private static extern ref TimingWheel WheelOf(Catalog.Catalog catalog);
}
