using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Muster.FailureTests.Cluster.Peers;

/// <summary>The peers' protocol, written down a second time: openings, proofs and frames.</summary>
internal sealed class PeerSession(Socket socket) : IDisposable
{
    public const int OpeningBytes = 64, CodeBytes = 32;
    public const byte Dialer = (byte)'D', Listener = (byte)'L';
    private const int NonceAt = 8, NonceBytes = 32, IdAt = 40, MinProtocolAt = 56;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public static async Task<PeerSession> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return new PeerSession(socket);
    }

    /// <summary>The key that proofs are made with.</summary>
    public static byte[] KeyOf(string secret) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), "muster cluster secret"u8, 100_000, HashAlgorithmName.SHA256, CodeBytes);

    /// <summary>The opening of a server with this id that speaks protocols 1 to <paramref name="newest"/>.</summary>
    public static byte[] Opening(ReadOnlySpan<byte> id, byte newest)
    {
        byte[] opening = new byte[OpeningBytes];
        "muster/1"u8.CopyTo(opening);
        RandomNumberGenerator.Fill(opening.AsSpan(NonceAt, NonceBytes));
        id.CopyTo(opening.AsSpan(IdAt));
        opening[MinProtocolAt] = 1;
        opening[MinProtocolAt + 1] = newest;
        return opening;
    }

    /// <summary>The id in an opening.</summary>
    public static byte[] IdOf(byte[] opening) => opening[IdAt..MinProtocolAt];

    /// <summary>A hello and the proof of it, as they are sent.</summary>
    public static byte[] Proof(byte[] key, byte role, byte[] dialer, byte[] listener, byte[] hello)
    {
        byte[] proven = [role, .. dialer, .. listener, .. hello], code = HMACSHA256.HashData(key, proven);
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)hello.Length);
        return [.. length, .. hello, .. code];
    }

    public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes);

    public ValueTask SendFrameAsync(ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame.AsSpan(4));
        return SendAsync(frame);
    }

    public async Task<byte[]> ReceiveAsync(int count)
    {
        byte[] bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>A hello whose proof is taken on trust.</summary>
    public async Task<byte[]> ReceiveHelloAsync()
    {
        byte[] hello = await ReceiveAsync(BinaryPrimitives.ReadUInt16LittleEndian(await ReceiveAsync(2)));
        await ReceiveAsync(CodeBytes);
        return hello;
    }

    public async Task<byte[]> ReceiveFrameAsync() => await ReceiveAsync(BinaryPrimitives.ReadInt32LittleEndian(await ReceiveAsync(4)));

    /// <summary>Whether the other side ends the connection within a time; what it still says is thrown away.</summary>
    public async Task<bool> IsEndedAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        byte[] buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, patience.Token) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _stream.Dispose();
}
