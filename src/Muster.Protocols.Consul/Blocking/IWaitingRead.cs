using Muster.Catalog;
using Muster.Protocols.Consul.Http;

namespace Muster.Protocols.Consul.Blocking;

/// <summary>A read that waits for something else than an index, such as another content hash.</summary>
internal interface IWaitingRead
{
    /// <summary>
    /// Where to wait, and after which index, because the client has what there is; null when there is something new for it.
    /// </summary>
    WatchPoint? PointToWaitAt(in ConsulRequest request, out long seen);

    /// <summary>Reads and answers.</summary>
    Task AnswerAsync(ConsulRequest request);
}
