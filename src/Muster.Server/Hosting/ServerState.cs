namespace Muster.Server.Hosting;

/// <summary>Where the server is in its life; read by the health endpoints.</summary>
internal enum ServerState
{
    Starting,
    Syncing,
    Ready,
    Stopping,
}
