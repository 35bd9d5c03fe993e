using Muster.Bench.Processes;

namespace Muster.Bench.Subjects;

/// <summary>A running HTTP server on a loopback port.</summary>
internal sealed record HttpSubject(string Name, ServerProcess Process, int Port);
