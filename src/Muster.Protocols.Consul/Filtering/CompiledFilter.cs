using Muster.Protocols.Consul.Filtering.Conditions;

namespace Muster.Protocols.Consul.Filtering;

/// <summary>What became of an expression: a condition, or the reason why it is none.</summary>
internal sealed class CompiledFilter
{
    public CompiledFilter(Condition condition) => Condition = condition;

    public CompiledFilter(string problem) => Problem = "Failed to create boolean expression evaluator: " + problem;

    public Condition? Condition { get; }

    /// <summary>What to tell the client, when there is no condition.</summary>
    public string? Problem { get; }
}
