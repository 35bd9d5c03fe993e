namespace Muster.Cluster;

/// <summary>Hears whether this server sees a majority: without one, what others own must not expire here.</summary>
public interface IIsolationSink
{
    /// <summary>Tells the state and what it rests on, such as <c>sees 1 of 3 servers</c>.</summary>
    void SetIsolated(bool isolated, string detail);
}
