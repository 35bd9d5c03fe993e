using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Muster.Protocols.Dns.Transport;

/// <summary>Remembers where a query of the batch came from, and which of our addresses it came to.</summary>
internal sealed unsafe class BatchedUdpReply : IUdpReply
{
    private readonly SafeHandle _socket;
    private readonly byte[] _client;
    private readonly byte[] _control;

    public BatchedUdpReply(SafeHandle socket, in LinuxMessages.BatchMessage query, int interfaceOffset)
    {
        _socket = socket;
        _client = new ReadOnlySpan<byte>(query.Address, (int)query.AddressLength).ToArray();
        _control = new ReadOnlySpan<byte>(query.Control, (int)query.ControlLength).ToArray();
        fixed (byte* control = _control)
        {
            LinuxMessages.ClearInterface(control, (nuint)_control.Length, interfaceOffset);
        }
    }

    public void Send(ReadOnlySpan<byte> response)
    {
        bool referenced = false;
        try
        {
            _socket.DangerousAddRef(ref referenced);
            fixed (byte* bytes = response)
            fixed (byte* client = _client)
            fixed (byte* control = _control)
            {
                LinuxMessages.Buffer buffer = new() { Start = bytes, Length = (nuint)response.Length };
                LinuxMessages.BatchMessage message = new()
                {
                    Address = client,
                    AddressLength = (uint)_client.Length,
                    Buffers = &buffer,
                    BufferCount = 1,
                    Control = control,
                    ControlLength = (nuint)_control.Length,
                };
                if (LinuxMessages.Send((int)_socket.DangerousGetHandle(), &message, 1, 0) != 1)
                {
                    throw new SocketException(Marshal.GetLastPInvokeError());
                }
            }
        }
        finally
        {
            if (referenced)
            {
                _socket.DangerousRelease();
            }
        }
    }
}
