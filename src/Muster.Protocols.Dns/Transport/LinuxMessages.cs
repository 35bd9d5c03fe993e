using System.Runtime.InteropServices;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// The two Linux calls that move many datagrams at once, with their structures as 64-bit kernels lay them out
/// (the same for glibc and musl on little-endian machines).
/// </summary>
internal static unsafe partial class LinuxMessages
{
    /// <summary>Wait for the first datagram only, then take what is already there.</summary>
    public const int WaitForOne = 0x10000;

    public const int InterruptedError = 4;
    public const int WouldBlockError = 11;

    /// <summary>Room for an IPv4 or IPv6 socket address.</summary>
    public const int AddressSize = 28;

    /// <summary>
    /// Room for the one control message we ask for: a 16-byte header and which local address a packet came to
    /// (<c>in_pktinfo</c> or <c>in6_pktinfo</c>).
    /// </summary>
    public const int ControlSize = 40;

    /// <summary>Where <c>in_pktinfo</c>, behind the header, keeps the interface.</summary>
    public const int V4InterfaceOffset = 16;

    /// <summary>Where <c>in6_pktinfo</c>, behind the header and the address, keeps the interface.</summary>
    public const int V6InterfaceOffset = 32;

    /// <summary>True where the structures below are right.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Makes "came to this address" read "leave from it, whichever way": the interface is the routing table's choice.</summary>
    public static void ClearInterface(void* control, nuint length, int interfaceOffset)
    {
        if (length > (nuint)interfaceOffset)
        {
            *(int*)((byte*)control + interfaceOffset) = 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(int socket, BatchMessage* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(int socket, BatchMessage* messages, uint count, int flags);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary><c>struct mmsghdr</c>, with the <c>struct msghdr</c> inside it spelled out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BatchMessage
    {
        public byte* Address;
        public uint AddressLength;
        public Buffer* Buffers;
        public nuint BufferCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly int _endOfHeader; // the inner structure is padded to eight bytes
        public uint Length;
    }
}
