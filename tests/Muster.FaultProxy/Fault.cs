namespace Muster.FaultProxy;

/// <summary>What a proxy does to the traffic that it carries.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Nothing: bytes pass.</summary>
    public static Fault None { get; } = new Healthy();

    /// <summary>The port is closed: connections are refused, and those that were open are reset.</summary>
    public static Fault Refuse { get; } = new Refusal();

    /// <summary>Connections are accepted, and nothing ever comes back; what was open falls silent.</summary>
    public static Fault Silence { get; } = new Blackhole();

    /// <summary>Every byte from the server arrives this much later, also on connections that are open.</summary>
    public static Fault Delay(TimeSpan by) => new Lateness(by);

    /// <summary>Each new connection is reset after so many bytes from the server.</summary>
    public static Fault CutAfter(int bytes) => new Cut(bytes);

    /// <summary>The server is not asked: new connections get what is made of the head of their request, and are closed.</summary>
    public static Fault Answer(Func<string, byte[]> answer) => new Lie(answer);

    /// <summary>
    /// Bytes wait, in order, until this fault ends; then they arrive. So does the end of a connection. What TCP shows when
    /// the network between two hosts is cut and comes back. Only in a <see cref="FaultNetwork"/>.
    /// </summary>
    public static Fault Hold { get; } = new Holding();

    /// <summary>No more than so many bytes pass in a second. Only in a <see cref="FaultNetwork"/>.</summary>
    public static Fault Throttle(int bytesPerSecond) => new Slowness(bytesPerSecond);

    internal sealed record Healthy : Fault;

    internal sealed record Refusal : Fault;

    internal sealed record Blackhole : Fault;

    internal sealed record Lateness(TimeSpan By) : Fault;

    internal sealed record Cut(int Bytes) : Fault;

    internal sealed record Lie(Func<string, byte[]> Make) : Fault;

    internal sealed record Holding : Fault;

    internal sealed record Slowness(int BytesPerSecond) : Fault;
}
