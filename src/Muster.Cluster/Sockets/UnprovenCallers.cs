using System.Buffers.Binary;
using System.Net;

namespace Muster.Cluster.Sockets;

/// <summary>
/// The connections that have not proved themselves yet. Over the bound one gives way: the oldest of the network that has the
/// most of them, so that whoever fills the places pushes out nobody else.
/// </summary>
internal sealed class UnprovenCallers(int most)
{
    private readonly Lock _gate = new();
    private readonly List<(ulong Network, CancellationTokenSource Patience)> _waiting = [];

    /// <summary>Takes a connection in, whose patience is cancelled when it has to give way.</summary>
    public void Enter(IPAddress caller, CancellationTokenSource patience)
    {
        CancellationTokenSource? oldest = null;
        lock (_gate)
        {
            _waiting.Add((NetworkOf(caller), patience));
            if (_waiting.Count > most)
            {
                ulong crowd = _waiting.CountBy(static each => each.Network).MaxBy(static each => each.Value).Key;
                int index = _waiting.FindIndex(each => each.Network == crowd);
                oldest = _waiting[index].Patience;
                _waiting.RemoveAt(index);
            }
        }

        try
        {
            oldest?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it was done by itself at this moment
        }
    }

    /// <summary>A connection is done, either way; false when it had to give way.</summary>
    public bool Leave(CancellationTokenSource patience)
    {
        lock (_gate)
        {
            return _waiting.RemoveAll(each => each.Patience == patience) > 0;
        }
    }

    /// <summary>Who has one IPv6 address has 2^64 of them.</summary>
    private static ulong NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
