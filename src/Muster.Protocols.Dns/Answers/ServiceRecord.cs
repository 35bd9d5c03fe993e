namespace Muster.Protocols.Dns.Answers;

/// <summary>Where one SRV record lies among the encoded ones; the bytes of its target's address follow it, then its node's metadata.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="Length">Bytes of the record.</param>
/// <param name="AddressSize">4, 16, or 0 when the target's address is not ours to tell.</param>
/// <param name="Target">A number per distinct target: its address is told once.</param>
/// <param name="TextLength">Bytes of the data of TXT records, each behind its length in two bytes; 0 unless asked for by an option.</param>
internal readonly record struct ServiceRecord(int Start, ushort Length, byte AddressSize, int Target, int TextLength);
