using System.Collections.ObjectModel;

namespace Muster.Client;

/// <summary>The maps of instances that have none, shared.</summary>
internal static class EmptyMaps
{
    public static IReadOnlyDictionary<string, int> Ports { get; } = ReadOnlyDictionary<string, int>.Empty;

    public static IReadOnlyDictionary<string, string> Metadata { get; } = ReadOnlyDictionary<string, string>.Empty;
}
