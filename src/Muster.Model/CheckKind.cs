namespace Muster.Model;

/// <summary>Who decides a check's status, and how.</summary>
public enum CheckKind : byte
{
    /// <summary>Somebody outside writes the status (a catalog registration, <c>serfHealth</c>); Muster runs nothing.</summary>
    External = 0,

    /// <summary>The instance must report within its TTL, else the check turns critical.</summary>
    Ttl = 1,

    /// <summary>Muster sends an HTTP request at an interval.</summary>
    Http = 2,

    /// <summary>Muster opens a TCP connection at an interval.</summary>
    Tcp = 3,

    /// <summary>Maintenance mode, set by an operator; always critical.</summary>
    Maintenance = 4,
}
