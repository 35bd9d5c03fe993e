namespace Muster.Protocols.Consul.Agent;

/// <summary>The health of an instance in one word, from best to worst.</summary>
internal enum AggregatedStatus
{
    Passing,
    Warning,
    Critical,
    Maintenance,
}
