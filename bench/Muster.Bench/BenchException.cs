namespace Muster.Bench;

/// <summary>A row cannot be measured: a process failed, or an answer was wrong.</summary>
internal sealed class BenchException(string message) : Exception(message);
