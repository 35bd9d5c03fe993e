namespace Muster.Catalog;

/// <summary>A check and whose it is.</summary>
/// <param name="Node">The node it lives on.</param>
/// <param name="Instance">Its instance, null for a check of the node itself.</param>
/// <param name="Check">The check.</param>
public readonly record struct CheckRef(Node Node, Instance? Instance, Check Check);
