using System.Net;
using System.Net.Sockets;

namespace Muster.Protocols.Dns.Transport;

/// <summary>The loop for any operating system: one blocking receive and one send per query, without allocation.</summary>
internal sealed class PortableUdpLoop(Socket socket, UdpExchange exchange, DnsMetrics metrics, int responseSize) : IUdpLoop
{
    private volatile bool _stopping;

    public void Run()
    {
        byte[] query = new byte[UdpSettings.QuerySize];
        byte[] response = new byte[responseSize];
        SocketAddress client = new(socket.AddressFamily);
        while (!_stopping)
        {
            try
            {
                int length = socket.ReceiveFrom(query, SocketFlags.None, client);
                int answer = exchange.Answer(query.AsSpan(0, length), response, client.Buffer.Span[..client.Size]);
                if (answer > 0)
                {
                    socket.SendTo(response.AsSpan(0, answer), SocketFlags.None, client);
                }
                else if (answer == IDnsResponder.Later)
                {
                    exchange.AnswerLater(query.AsSpan(0, length), new Reply(socket, client));
                }
            }
            catch (Exception) when (_stopping)
            {
                return;
            }
            catch (SocketException)
            {
                // An earlier response bounced (Windows reports it here), or this one could not be sent.
                metrics.OnSendFailure();
            }
            catch (Exception)
            {
                metrics.OnFault();
            }
        }
    }

    public void RequestStop()
    {
        _stopping = true;
        socket.Dispose(); // unblocks ReceiveFrom on every system
    }

    private sealed class Reply : IUdpReply
    {
        private readonly Socket _socket;
        private readonly SocketAddress _client;

        public Reply(Socket socket, SocketAddress client)
        {
            _socket = socket;
            _client = new SocketAddress(client.Family, client.Size);
            client.Buffer.Span[..client.Size].CopyTo(_client.Buffer.Span);
        }

        public void Send(ReadOnlySpan<byte> response) => _socket.SendTo(response, SocketFlags.None, _client);
    }
}
