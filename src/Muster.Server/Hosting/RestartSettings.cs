using System.Collections;
using System.Reflection;
using System.Text.Json;
using Muster.Server.Configuration;

namespace Muster.Server.Hosting;

/// <summary>
/// Which changed settings a running agent cannot take over. An option is one of them unless it is named here, so that a
/// new one is never silently ignored.
/// </summary>
internal static class RestartSettings
{
    private static readonly HashSet<string> s_reloadable =
    [
        nameof(AgentOptions.LogLevel), nameof(AgentOptions.Services), nameof(AgentOptions.Checks), nameof(AgentOptions.NodeMetadata),
        nameof(AgentOptions.DefaultQueryTime), nameof(AgentOptions.MaxQueryTime), nameof(AgentOptions.Dns),
        nameof(ClusterSettings.CaFile), nameof(ClusterSettings.CertFile), nameof(ClusterSettings.KeyFile),
        nameof(LimitSettings.HttpConnections), nameof(LimitSettings.HttpConnectionsPerClient), nameof(LimitSettings.WatchersPerClient),
        nameof(LimitSettings.HttpRequestRatePerClient), nameof(LimitSettings.HttpRequestBurstPerClient), nameof(LimitSettings.ExemptClients),
    ];

    /// <summary>The names of the settings that differ and need a restart.</summary>
    public static IReadOnlyList<string> Between(AgentOptions started, AgentOptions next)
    {
        var names = new List<string>();
        Compare("", typeof(AgentOptions), started, next, names);
        return names;
    }

    private static void Compare(string prefix, Type type, object before, object after, List<string> names)
    {
        foreach (PropertyInfo property in type.GetProperties())
        {
            if (s_reloadable.Contains(property.Name))
            {
                continue;
            }

            string name = prefix + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            object? left = property.GetValue(before), right = property.GetValue(after);
            if (property.PropertyType.Name.EndsWith("Settings", StringComparison.Ordinal))
            {
                Compare(name + ".", property.PropertyType, left!, right!, names);
            }
            else if (!IsSame(left, right))
            {
                names.Add(name);
            }
        }
    }

    private static bool IsSame(object? left, object? right) =>
        left is IEnumerable many and not string && right is IEnumerable others
            ? many.Cast<object>().SequenceEqual(others.Cast<object>())
            : Equals(left, right);
}
