namespace Muster.Checks;

/// <summary>Which check a probe runs for. Compared exactly, so callers spell a node one way.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="CheckId">The check's id, unique on its node.</param>
public readonly record struct CheckKey(string Node, string CheckId);
