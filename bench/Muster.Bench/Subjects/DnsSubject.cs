using Muster.Bench.Processes;

namespace Muster.Bench.Subjects;

/// <summary>A running DNS server on a loopback port.</summary>
internal sealed record DnsSubject(string Name, ServerProcess Process, int Port);
