using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Muster.Protocols.Dns.Transport;

/// <summary>
/// The Linux loop: one system call takes up to 32 waiting queries, another sends their responses. Under load
/// that halves the kernel's share of a query; with one query at a time it costs nothing. All memory is pinned
/// and laid out once, so a query allocates nothing. Figures: docs/design/dns-udp-loop.md.
/// </summary>
internal sealed unsafe class BatchedUdpLoop : IUdpLoop
{
    private const int BatchSize = 32;

    private readonly Socket _socket;
    private readonly UdpExchange _exchange;
    private readonly DnsMetrics _metrics;
    private readonly int _responseSize;
    private readonly bool _wildcard;
    private readonly int _interfaceOffset;
    private volatile bool _stopping;

    public BatchedUdpLoop(Socket socket, UdpExchange exchange, DnsMetrics metrics, int responseSize)
    {
        _socket = socket;
        _exchange = exchange;
        _metrics = metrics;
        _responseSize = responseSize;

        // Bound to every address, a reply must be told to leave from the one its query came to.
        IPEndPoint endPoint = (IPEndPoint)socket.LocalEndPoint!;
        _wildcard = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);
        if (_wildcard)
        {
            bool v4 = endPoint.AddressFamily == AddressFamily.InterNetwork;
            _interfaceOffset = v4 ? LinuxMessages.V4InterfaceOffset : LinuxMessages.V6InterfaceOffset;
            socket.SetSocketOption(v4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6, SocketOptionName.PacketInformation, true);
        }

        // A shutdown wakes the blocked call at once; the timeout is the belt for kernels where it does not.
        _socket.ReceiveTimeout = 1000;
    }

    public void Run()
    {
        bool referenced = false;
        SafeSocketHandle handle = _socket.SafeHandle;
        try
        {
            handle.DangerousAddRef(ref referenced);
            Serve((int)handle.DangerousGetHandle());
        }
        finally
        {
            if (referenced)
            {
                handle.DangerousRelease();
            }
        }
    }

    public void RequestStop()
    {
        _stopping = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // "Not connected" is what Linux says after it woke the receiver of an unconnected socket.
        }
    }

    private void Serve(int socket)
    {
        int slot = UdpSettings.QuerySize + _responseSize + LinuxMessages.ControlSize + LinuxMessages.AddressSize;
        byte[] memory = GC.AllocateArray<byte>(BatchSize * slot, pinned: true);
        LinuxMessages.Buffer[] buffers = GC.AllocateArray<LinuxMessages.Buffer>(BatchSize * 2, pinned: true);
        LinuxMessages.BatchMessage[] messages = GC.AllocateArray<LinuxMessages.BatchMessage>(BatchSize * 2, pinned: true);
        fixed (byte* space = memory)
        fixed (LinuxMessages.Buffer* incomingBuffers = buffers)
        fixed (LinuxMessages.BatchMessage* incoming = messages)
        {
            LinuxMessages.BatchMessage* outgoing = incoming + BatchSize;
            LayOut(space, incomingBuffers, incoming);
            while (!_stopping)
            {
                int received = LinuxMessages.Receive(socket, incoming, BatchSize, LinuxMessages.WaitForOne, null);
                if (received < 0)
                {
                    OnReceiveError(Marshal.GetLastPInvokeError());
                    continue;
                }

                int replies = Answer(incoming, outgoing, received);
                SendAll(socket, outgoing, replies);
            }
        }
    }

    private void LayOut(byte* space, LinuxMessages.Buffer* buffers, LinuxMessages.BatchMessage* messages)
    {
        byte* responses = space + (BatchSize * UdpSettings.QuerySize);
        byte* controls = responses + (BatchSize * _responseSize);
        byte* addresses = controls + (BatchSize * LinuxMessages.ControlSize);
        for (int i = 0; i < BatchSize; i++)
        {
            buffers[i] = new LinuxMessages.Buffer { Start = space + (i * UdpSettings.QuerySize), Length = UdpSettings.QuerySize };
            messages[i] = new LinuxMessages.BatchMessage
            {
                Address = addresses + (i * LinuxMessages.AddressSize),
                AddressLength = LinuxMessages.AddressSize,
                Buffers = buffers + i,
                BufferCount = 1,
                Control = _wildcard ? controls + (i * LinuxMessages.ControlSize) : null,
                ControlLength = _wildcard ? LinuxMessages.ControlSize : 0u,
            };
            int reply = BatchSize + i;
            buffers[reply] = new LinuxMessages.Buffer { Start = responses + (i * _responseSize) };
            messages[reply] = new LinuxMessages.BatchMessage { Buffers = buffers + reply, BufferCount = 1 };
        }
    }

    private int Answer(LinuxMessages.BatchMessage* incoming, LinuxMessages.BatchMessage* outgoing, int received)
    {
        int replies = 0;
        for (int i = 0; i < received; i++)
        {
            ref LinuxMessages.BatchMessage query = ref incoming[i];
            ref LinuxMessages.BatchMessage reply = ref outgoing[replies];
            int length = Respond(ref query, new Span<byte>(reply.Buffers->Start, _responseSize));
            if (length > 0)
            {
                reply.Buffers->Length = (nuint)length;
                reply.Address = query.Address;
                reply.AddressLength = query.AddressLength;
                LeaveFromWhereItCame(ref query, ref reply);
                replies++;
            }

            query.AddressLength = LinuxMessages.AddressSize;
            query.ControlLength = _wildcard ? LinuxMessages.ControlSize : 0u;
        }

        return replies;
    }

    // "Came to this address" reads as "leave from it" when sent. The interface is cleared: the way back is the
    // routing table's choice.
    private void LeaveFromWhereItCame(ref LinuxMessages.BatchMessage query, ref LinuxMessages.BatchMessage reply)
    {
        reply.Control = query.Control;
        reply.ControlLength = query.ControlLength;
        LinuxMessages.ClearInterface(query.Control, query.ControlLength, _interfaceOffset);
    }

    private int Respond(ref LinuxMessages.BatchMessage message, Span<byte> response)
    {
        try
        {
            ReadOnlySpan<byte> query = new(message.Buffers->Start, (int)message.Length);
            int length = _exchange.Answer(query, response, new ReadOnlySpan<byte>(message.Address, (int)message.AddressLength));
            if (length == IDnsResponder.Later)
            {
                _exchange.AnswerLater(query, new BatchedUdpReply(_socket.SafeHandle, message, _interfaceOffset));
            }

            return length;
        }
        catch (Exception)
        {
            _metrics.OnFault();
            return 0;
        }
    }

    private void SendAll(int socket, LinuxMessages.BatchMessage* outgoing, int count)
    {
        int sent = 0;
        while (sent < count && !_stopping)
        {
            int result = LinuxMessages.Send(socket, outgoing + sent, (uint)(count - sent), 0);
            if (result >= 0)
            {
                sent += result;
            }
            else if (Marshal.GetLastPInvokeError() != LinuxMessages.InterruptedError)
            {
                // The first of the rest cannot be delivered (no route, full queue): the client will ask again.
                _metrics.OnSendFailure();
                sent++;
            }
        }
    }

    private void OnReceiveError(int error)
    {
        if (error is LinuxMessages.InterruptedError or LinuxMessages.WouldBlockError || _stopping)
        {
            return;
        }

        // Out of kernel memory or the like: give the machine a moment instead of a hot loop.
        _metrics.OnFault();
        Thread.Sleep(10);
    }
}
