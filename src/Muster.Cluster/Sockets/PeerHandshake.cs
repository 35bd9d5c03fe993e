using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Cluster.Sockets;

/// <summary>
/// The first bytes of a connection: both sides prove that they know the cluster's secret and say who they are.
/// </summary>
/// <remarks>
/// <code>
/// dialer   -> opening                     64 bytes: "muster/1", nonce (32), node id (16), protocols (min, max), zeros
/// listener -> opening                     the same
/// dialer   -> length, hello, code         2 + at most 900 + 32 bytes
/// listener -> verdict, length, hello, code     1 byte that is 0, then the same; or another byte and the end
/// </code>
/// The dialer proves itself first: it chose whom to call, so a stranger who calls is told nothing that was made with the
/// secret. A listener reads at most 998 bytes of a stranger.
/// </remarks>
internal sealed class PeerHandshake(PeerSecret secret, Func<PeerHello> describe)
{
    /// <summary>The most bytes that a hello may take.</summary>
    public const int MaxHelloBytes = 900;

    private const int OpeningBytes = 64;
    private const int NonceBytes = 32;

    private static ReadOnlySpan<byte> Magic => "muster/1"u8;

    /// <summary>Proves this server to a peer that it called, and has the peer prove itself.</summary>
    public async Task<HandshakeResult> DialAsync(Stream stream, CancellationToken cancellation)
    {
        PeerHello self = describe();
        byte[] mine = Opening(self), theirs = new byte[OpeningBytes];
        await stream.WriteAsync(mine, cancellation).ConfigureAwait(false);
        await stream.ReadExactlyAsync(theirs, cancellation).ConfigureAwait(false);
        if (Refusal(mine, theirs, self) is var refusal and not HandshakeFailure.None)
        {
            return new HandshakeResult(refusal);
        }

        await stream.WriteAsync(Proof(PeerRole.Dialer, mine, theirs, self), cancellation).ConfigureAwait(false);
        byte[] verdict = new byte[1];
        await stream.ReadExactlyAsync(verdict, cancellation).ConfigureAwait(false);
        if (verdict[0] != 0)
        {
            return new HandshakeResult(verdict[0] <= (byte)HandshakeFailure.Malformed ? (HandshakeFailure)verdict[0] : HandshakeFailure.NotAPeer);
        }

        return await CheckAsync(stream, PeerRole.Listener, mine, theirs, theirs, cancellation).ConfigureAwait(false);
    }

    /// <summary>Has a caller prove itself, and then proves this server to it.</summary>
    public async Task<HandshakeResult> AcceptAsync(Stream stream, CancellationToken cancellation)
    {
        PeerHello self = describe();
        byte[] mine = Opening(self), theirs = new byte[OpeningBytes];
        await stream.ReadExactlyAsync(theirs, cancellation).ConfigureAwait(false);
        HandshakeFailure refusal = Refusal(mine, theirs, self);
        if (refusal == HandshakeFailure.NotAPeer)
        {
            return new HandshakeResult(refusal);
        }

        await stream.WriteAsync(mine, cancellation).ConfigureAwait(false);
        if (refusal != HandshakeFailure.None)
        {
            // the opening just sent tells the dialer the same
            return new HandshakeResult(refusal);
        }

        HandshakeResult result = await CheckAsync(stream, PeerRole.Dialer, theirs, mine, theirs, cancellation).ConfigureAwait(false);
        if (result.Hello is null)
        {
            await stream.WriteAsync(new[] { (byte)result.Failure }, cancellation).ConfigureAwait(false);
            return result;
        }

        byte[] answer = [0, .. Proof(PeerRole.Listener, theirs, mine, self)];
        await stream.WriteAsync(answer, cancellation).ConfigureAwait(false);
        return result;
    }

    private static HandshakeFailure Refusal(byte[] mine, byte[] theirs, PeerHello self)
    {
        ReadOnlySpan<byte> own = mine, other = theirs;
        if (!other.StartsWith(Magic))
        {
            return HandshakeFailure.NotAPeer;
        }

        if (other[40..56].SequenceEqual(own[40..56]))
        {
            return HandshakeFailure.Self;
        }

        return other[56] > self.MaxProtocol || other[57] < self.MinProtocol ? HandshakeFailure.NoCommonProtocol : HandshakeFailure.None;
    }

    private byte[] Opening(PeerHello self)
    {
        byte[] opening = new byte[OpeningBytes];
        Magic.CopyTo(opening);
        RandomNumberGenerator.Fill(opening.AsSpan(8, NonceBytes));
        Guid.Parse(self.NodeId).TryWriteBytes(opening.AsSpan(40), bigEndian: true, out _);
        opening[56] = (byte)self.MinProtocol;
        opening[57] = (byte)self.MaxProtocol;
        return opening;
    }

    private byte[] Proof(PeerRole role, byte[] dialer, byte[] listener, PeerHello self)
    {
        byte[] hello = PeerHelloCodec.Encode(self);
        if (hello.Length > MaxHelloBytes)
        {
            throw new InvalidOperationException($"This server's names and addresses take {hello.Length} bytes, more than {MaxHelloBytes}.");
        }

        byte[] proof = new byte[2 + hello.Length + PeerSecret.CodeBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(proof, (ushort)hello.Length);
        hello.CopyTo(proof, 2);
        secret.Prove(role, dialer, listener, hello, proof.AsSpan(2 + hello.Length));
        return proof;
    }

    private async Task<HandshakeResult> CheckAsync(
        Stream stream, PeerRole role, byte[] dialer, byte[] listener, byte[] opening, CancellationToken cancellation)
    {
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(head);
        if (length > MaxHelloBytes)
        {
            return new HandshakeResult(HandshakeFailure.Malformed);
        }

        byte[] rest = new byte[length + PeerSecret.CodeBytes];
        await stream.ReadExactlyAsync(rest, cancellation).ConfigureAwait(false);
        if (!secret.Verify(role, dialer, listener, rest.AsSpan(0, length), rest.AsSpan(length)))
        {
            return new HandshakeResult(HandshakeFailure.WrongSecret);
        }

        PeerHello? hello = PeerHelloCodec.Decode(rest.AsSpan(0, length));
        bool isWhoItOpenedAs = hello is not null && Guid.TryParse(hello.NodeId, out Guid id) && id == new Guid(opening.AsSpan(40, 16), bigEndian: true);
        return isWhoItOpenedAs ? new HandshakeResult(HandshakeFailure.None, hello) : new HandshakeResult(HandshakeFailure.Malformed);
    }
}
