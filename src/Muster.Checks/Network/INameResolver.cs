using System.Net;

namespace Muster.Checks.Network;

/// <summary>Turns a host name into addresses, once per probe.</summary>
internal interface INameResolver
{
    /// <summary>The name's addresses; throws <see cref="System.Net.Sockets.SocketException"/> when there are none.</summary>
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
