namespace Muster.Protocols.Rest;

/// <summary>What a reader wants to know of a service, whatever the service: which instances, and how much of them.</summary>
/// <param name="Filter">Which instances.</param>
/// <param name="EndpointsOnly">Without checks and reasons: what is needed to connect.</param>
internal sealed record ServiceQuestion(ServiceFilter Filter, bool EndpointsOnly)
{
    /// <summary>Everything of everything.</summary>
    public static readonly ServiceQuestion Open = new(ServiceFilter.Open, EndpointsOnly: false);

    /// <summary>Everything that is needed to connect.</summary>
    public static readonly ServiceQuestion Endpoints = new(ServiceFilter.Open, EndpointsOnly: true);
}
