namespace Muster.Cluster;

/// <summary>Something an operator must know.</summary>
/// <param name="Kind">What, for programs: <c>clock_ahead</c>, <c>origin_taken</c>, <c>name_taken</c>, <c>wrong_datacenter</c>, <c>protocol</c>, <c>malformed</c>, <c>refused_facts</c>.</param>
/// <param name="Peer">The server it is about, empty for none.</param>
/// <param name="Detail">What, for people.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record ClusterAlarm(string Kind, string Peer, string Detail, DateTimeOffset Since);
