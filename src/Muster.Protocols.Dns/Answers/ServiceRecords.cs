namespace Muster.Protocols.Dns.Answers;

/// <summary>SRV records encoded for one zone. They name no offset but the question's, so any order and choice is valid.</summary>
/// <param name="Bytes">Every record, each followed by its target's address.</param>
/// <param name="Records">Where they are.</param>
/// <param name="SharesTargets">Some records have the same target.</param>
internal sealed record ServiceRecords(byte[] Bytes, ServiceRecord[] Records, bool SharesTargets);
