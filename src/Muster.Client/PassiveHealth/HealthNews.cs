namespace Muster.Client.PassiveHealth;

/// <summary>Something that changed about a target or its service, to be logged and counted.</summary>
/// <param name="Kind">What.</param>
/// <param name="Instance">Whose; null for the service.</param>
/// <param name="Cause">Why, for an ejection that happened or was prevented.</param>
/// <param name="Duration">For how long it is ejected.</param>
/// <param name="Ejections">Its number among the ejections that are not forgotten.</param>
internal readonly record struct HealthNews(
    HealthNewsKind Kind, ServiceInstance? Instance, EjectionCause Cause = default, TimeSpan Duration = default, int Ejections = 0);
