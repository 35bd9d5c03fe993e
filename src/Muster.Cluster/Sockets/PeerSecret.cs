using System.Security.Cryptography;
using System.Text;

namespace Muster.Cluster.Sockets;

/// <summary>The key that proves to belong to the cluster. It never leaves the process; only codes made with it do.</summary>
/// <remarks>
/// A code is HMAC-SHA256 over the role of who proves itself, both openings (each a fresh nonce and an id) and what it says
/// of itself. So a code heard before is worth nothing, nor is one sent back to its maker.
/// </remarks>
internal sealed class PeerSecret
{
    public const int CodeBytes = HMACSHA256.HashSizeInBytes;

    // slows down who heard a handshake and guesses secrets; paid once at the start
    private const int Rounds = 100_000;

    private readonly byte[] _key;

    public PeerSecret(string secret) =>
        _key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), "muster cluster secret"u8, Rounds, HashAlgorithmName.SHA256, CodeBytes);

    public void Prove(PeerRole role, ReadOnlySpan<byte> dialer, ReadOnlySpan<byte> listener, ReadOnlySpan<byte> hello, Span<byte> code)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        mac.AppendData([(byte)role]);
        mac.AppendData(dialer);
        mac.AppendData(listener);
        mac.AppendData(hello);
        mac.GetHashAndReset(code);
    }

    public bool Verify(PeerRole role, ReadOnlySpan<byte> dialer, ReadOnlySpan<byte> listener, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> code)
    {
        Span<byte> expected = stackalloc byte[CodeBytes];
        Prove(role, dialer, listener, hello, expected);
        return CryptographicOperations.FixedTimeEquals(expected, code);
    }
}
