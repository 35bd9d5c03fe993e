namespace Muster.Server.Configuration;

/// <summary>
/// One thing an operator can set: its flag, its key in a configuration file, and what a value does. The table of all of
/// them (<see cref="AgentSettings"/>) is the one place that knows them: parsing, help and the test of the documentation read it.
/// </summary>
/// <param name="Flag">The flag without its dash; null when there is only a key.</param>
/// <param name="Key">The key, with dots between the levels of JSON objects; null when there is only a flag.</param>
/// <param name="Default">The default, in words.</param>
/// <param name="Range">What a value may be, in words.</param>
/// <param name="Meaning">What it does, in a few words.</param>
/// <param name="Apply">Takes a value over into the draft, or reports what is wrong with it.</param>
internal sealed record Setting(
    string? Flag, string? Key, string Default, string Range, string Meaning, Action<AgentDraft, SettingValue> Apply)
{
    /// <summary>True for a flag that needs no value: <c>-dev</c> is <c>-dev=true</c>.</summary>
    public bool IsSwitch { get; init; }
}
