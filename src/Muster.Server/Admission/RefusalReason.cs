namespace Muster.Server.Admission;

/// <summary>Which limit refused somebody.</summary>
internal enum RefusalReason
{
    /// <summary>All clients together have too many connections.</summary>
    Connections,

    /// <summary>One client has too many connections.</summary>
    ClientConnections,

    /// <summary>One client has too many blocked queries and watches.</summary>
    ClientWaits,

    /// <summary>One client asks too fast.</summary>
    ClientRate,
}
