namespace Muster.Protocols.Dns.Transport;

/// <summary>Sizes of the UDP loop's buffers.</summary>
internal static class UdpSettings
{
    /// <summary>Largest query taken; a longer one is cut by the kernel and answered FORMERR.</summary>
    public const int QuerySize = 2048;

    /// <summary>Asked of the kernel for bursts; it grants what its own limit allows.</summary>
    public const int KernelBufferSize = 1 << 20;
}
