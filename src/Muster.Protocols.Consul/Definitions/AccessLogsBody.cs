namespace Muster.Protocols.Consul.Definitions;

/// <summary>How a proxy logs, as it was sent.</summary>
internal sealed class AccessLogsBody
{
    public bool Enabled;
    public bool DisablesListenerLogs;
    public string Type = "";
    public string Path = "";
    public string JsonFormat = "";
    public string TextFormat = "";

    /// <summary>Nothing was sent.</summary>
    public bool IsEmpty => !Enabled && !DisablesListenerLogs && (Type.Length | Path.Length | JsonFormat.Length | TextFormat.Length) == 0;
}
