namespace Muster.Catalog;

/// <summary>Which encoded answer of a snapshot a <see cref="Memo"/> is. One slot for each shape that is worth keeping.</summary>
public enum MemoSlot
{
    /// <summary>Consul <c>health/service</c>, all instances.</summary>
    ConsulHealth,

    /// <summary>Consul <c>health/service?passing</c>.</summary>
    ConsulPassing,

    /// <summary>As <see cref="ConsulHealth"/>, gzip.</summary>
    ConsulHealthGzip,

    /// <summary>As <see cref="ConsulPassing"/>, gzip.</summary>
    ConsulPassingGzip,

    /// <summary>Consul <c>catalog/service</c>.</summary>
    ConsulCatalog,

    /// <summary>As <see cref="ConsulCatalog"/>, gzip.</summary>
    ConsulCatalogGzip,

    /// <summary>Consul <c>health/service</c> and <c>catalog/service</c> with some of the instances, for a few questions.</summary>
    ConsulSelected,

    /// <summary>DNS record data.</summary>
    Dns,

    /// <summary>The REST API's service view.</summary>
    Rest,

    /// <summary>As <see cref="Rest"/>, without checks and reasons.</summary>
    RestEndpoints,
}
