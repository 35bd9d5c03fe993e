namespace Muster.Checks;

/// <summary>Which script checks may run, whatever the catalog holds: its journal may come from a time with other rules.</summary>
public enum ScriptPolicy
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of the operator's configuration files.</summary>
    Local,

    /// <summary>All.</summary>
    All,
}
