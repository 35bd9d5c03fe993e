using Muster.Bench.Processes;

namespace Muster.Bench.Load;

/// <summary>A server in a paired measurement and the load that is put on it.</summary>
internal sealed record Contender(string Name, ServerProcess Process, Func<TimeSpan, LoadSample> Load);
