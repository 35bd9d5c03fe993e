namespace Muster.Model;

/// <summary>What a script check runs: a program and its arguments, never a line for a shell.</summary>
/// <param name="Arguments">The program, then its arguments; at least one.</param>
public sealed record ScriptCommand(IReadOnlyList<string> Arguments)
{
    /// <summary>It stands in the operator's configuration files. Default false: it came over the network.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Equal when all arguments are.</summary>
    public bool Equals(ScriptCommand? other) => other is not null && IsLocal == other.IsLocal && Arguments.SequenceEqual(other.Arguments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsLocal, Arguments.Count, Arguments.Count > 0 ? Arguments[0] : "");
}
