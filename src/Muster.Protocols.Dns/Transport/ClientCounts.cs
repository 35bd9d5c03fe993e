using System.Net;

namespace Muster.Protocols.Dns.Transport;

/// <summary>Counts the open connections of each client address, so that one cannot take them all.</summary>
internal sealed class ClientCounts(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>The most of one address; a smaller number closes nothing that is open.</summary>
    public int Most { get; set; } = most;

    /// <summary>Counts one more; false, and nothing counted, when the client has its share already.</summary>
    public bool TryEnter(IPAddress client)
    {
        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(client);
            if (count >= Most)
            {
                return false;
            }

            _counts[client] = count + 1;
            return true;
        }
    }

    /// <summary>Counts one less.</summary>
    public void Leave(IPAddress client)
    {
        lock (_gate)
        {
            int left = _counts[client] - 1;
            if (left == 0)
            {
                _counts.Remove(client);
            }
            else
            {
                _counts[client] = left;
            }
        }
    }
}
