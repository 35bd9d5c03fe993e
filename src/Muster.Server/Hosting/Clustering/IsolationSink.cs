using Muster.Cluster;

namespace Muster.Server.Hosting.Clustering;

/// <summary>Tells self-preservation whether this server sees a majority of the others.</summary>
internal sealed class IsolationSink(Catalog.Catalog catalog) : IIsolationSink
{
    public void SetIsolated(bool isolated, string detail) => catalog.Preservation.SetIsolated(isolated, detail);
}
