namespace Muster.Server.Hosting;

/// <summary>The agent cannot start, for reasons an operator can mend. Holds all of them.</summary>
internal sealed class AgentStartException(IReadOnlyList<string> problems) : IOException(string.Join('\n', problems))
{
    /// <summary>Every problem, a line each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
