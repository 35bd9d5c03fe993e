namespace Muster.Protocols.Consul.Metrics;

/// <summary>One figure at this moment, under the name that Consul gives it.</summary>
/// <param name="Name">The name, with dots.</param>
/// <param name="Value">The figure.</param>
/// <param name="Label">The name of its label; empty for none.</param>
/// <param name="LabelValue">The value of its label.</param>
internal readonly record struct AgentGauge(string Name, double Value, string Label = "", string LabelValue = "");
