using Muster.Model;

namespace Muster.Catalog;

/// <summary>A check as a peer told it.</summary>
internal readonly record struct FactCheck(CheckDefinition Definition, HealthStatus Status, string Output, EntryVersion StatusVersion);
