namespace Muster.Protocols.Consul.Definitions;

/// <summary>Whether a definition may be a script check. Scripts run with the server's rights, so the operator decides.</summary>
public sealed class ScriptRule
{
    private ScriptRule()
    {
    }

    /// <summary>Allowed, for definitions in configuration files.</summary>
    public static ScriptRule AllowedLocally { get; } = new() { IsLocal = true };

    /// <summary>Not allowed, not even in configuration files.</summary>
    public static ScriptRule RefusedLocally { get; } = new()
    {
        IsLocal = true,
        Refusal = "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true",
    };

    /// <summary>Allowed, also for definitions that come over the network.</summary>
    public static ScriptRule AllowedRemotely { get; } = new();

    /// <summary>Not allowed for definitions that come over the network.</summary>
    public static ScriptRule RefusedRemotely { get; } = new()
    {
        Refusal = "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
    };

    /// <summary>The definitions stand in configuration files.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>Why not, in Consul's words; null when scripts are allowed.</summary>
    public string? Refusal { get; private init; }
}
