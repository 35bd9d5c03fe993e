namespace Muster.Cluster;

/// <summary>Makes links to peers.</summary>
public interface IPeerTransport
{
    /// <summary>
    /// Tries to reach <paramref name="target"/> (<c>host</c> or <c>host:port</c>; a name is resolved anew each time). The
    /// answer comes later.
    /// </summary>
    void Dial(string target);
}
