using Muster.Protocols.Consul.Filtering.Fields;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>The compiled filters of every kind of endpoint.</summary>
internal sealed class Filters
{
    /// <summary>For lists of nodes.</summary>
    public FilterCache Nodes { get; } = new(FilterTables.Nodes);

    /// <summary>For the services of a node or an agent.</summary>
    public FilterCache NodeServices { get; } = new(FilterTables.NodeServices);

    /// <summary>For lists of checks.</summary>
    public FilterCache Checks { get; } = new(FilterTables.Checks);

    /// <summary>For <c>health/service</c> and its like.</summary>
    public FilterCache HealthEntries { get; } = new(FilterTables.HealthEntries);

    /// <summary>For <c>catalog/service</c> and its like, and <c>catalog/services</c>.</summary>
    public FilterCache ServiceRows { get; } = new(FilterTables.ServiceRows);
}
