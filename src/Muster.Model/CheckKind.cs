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

    /// <summary>Maintenance mode, set by an operator; always critical. Of an instance it is <see cref="InstanceState.OutOfService"/>.</summary>
    Maintenance = 4,

    /// <summary>Muster sends a datagram at an interval; only a refusal is a failure.</summary>
    Udp = 5,

    /// <summary>Muster calls <c>grpc.health.v1.Health/Check</c> at an interval.</summary>
    Grpc = 6,

    /// <summary>Muster sends an HTTP/2 PING frame at an interval.</summary>
    H2Ping = 7,

    /// <summary>The check repeats the health of another instance or node.</summary>
    Alias = 8,

    /// <summary>Muster runs a program at an interval, if the operator has enabled that.</summary>
    Script = 9,

    /// <summary>The instance is being drained: still there, but to get no more work; always critical.</summary>
    Draining = 10,

    /// <summary>The instance is not ready yet; always critical.</summary>
    Starting = 11,
}
