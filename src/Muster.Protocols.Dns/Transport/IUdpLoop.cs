namespace Muster.Protocols.Dns.Transport;

/// <summary>The blocking receive, answer, send cycle over one socket; see <see cref="UdpWorker"/>.</summary>
internal interface IUdpLoop
{
    /// <summary>Serves until <see cref="RequestStop"/> was called.</summary>
    void Run();

    /// <summary>Makes <see cref="Run"/> return soon, also while it waits for a packet.</summary>
    void RequestStop();
}
