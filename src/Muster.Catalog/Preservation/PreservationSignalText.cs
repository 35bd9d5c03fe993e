namespace Muster.Catalog;

/// <summary>The names of signals in APIs, metrics and logs.</summary>
public static class PreservationSignalText
{
    /// <summary><c>heartbeats</c>, <c>probes</c> or <c>cluster</c>.</summary>
    public static string ToText(this PreservationSignal signal) => signal switch
    {
        PreservationSignal.Heartbeats => "heartbeats",
        PreservationSignal.Probes => "probes",
        _ => "cluster",
    };
}
