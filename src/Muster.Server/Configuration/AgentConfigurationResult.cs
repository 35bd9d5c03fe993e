namespace Muster.Server.Configuration;

/// <summary>What came of reading the agent's configuration.</summary>
/// <param name="Options">The options; null when there are errors or help was asked for.</param>
/// <param name="Errors">Everything that stops the start.</param>
/// <param name="Warnings">What the operator should know.</param>
/// <param name="WantsHelp">Help was asked for.</param>
internal sealed record AgentConfigurationResult(
    AgentOptions? Options, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings, bool WantsHelp);
