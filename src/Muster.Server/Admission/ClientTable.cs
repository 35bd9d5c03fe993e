using System.Net;

namespace Muster.Server.Admission;

/// <summary>
/// The clients that have connections, and those that left a short while ago and have not paid for their last requests.
/// Touched when a connection opens or closes, not by requests.
/// </summary>
/// <remarks>
/// Bounded: a client that leaves is forgotten as soon as its allowance is whole, at the latest when the room is needed.
/// </remarks>
internal sealed class ClientTable(TimeProvider time, int most = ClientTable.MostClients)
{
    public const int MostClients = 65_536;
    private const int LookedAtOnce = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<ClientKey, Client> _clients = [];
    private readonly Queue<Client> _left = new();

    /// <summary>How many clients are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _clients.Count;
            }
        }
    }

    /// <summary>Counts a connection of this address; null when it has <paramref name="connections"/> already, or the table is full of present clients.</summary>
    public Client? TryEnter(IPAddress address, int connections)
    {
        var key = ClientKey.Of(address);
        lock (_gate)
        {
            ForgetSome();
            if (!_clients.TryGetValue(key, out Client? client))
            {
                if (_clients.Count >= most && !TryMakeRoom())
                {
                    return null;
                }

                client = new Client(key);
                _clients.Add(key, client);
            }

            if (client.Connections >= connections)
            {
                return null;
            }

            client.Connections++;
            return client;
        }
    }

    /// <summary>Ends a connection counted by <see cref="TryEnter"/>.</summary>
    public void Leave(Client client)
    {
        lock (_gate)
        {
            client.Connections--;
            if (client.Connections == 0 && !client.IsQueued)
            {
                client.IsQueued = true;
                _left.Enqueue(client);
            }

            ForgetSome();
        }
    }

    /// <summary>Looks at those who left longest ago; a few at a time, so that nobody pays for all.</summary>
    private void ForgetSome()
    {
        long now = time.GetTimestamp();
        for (int i = 0; i < LookedAtOnce && _left.TryPeek(out Client? client); i++)
        {
            if (client.Connections == 0 && !client.IsForgettable(now))
            {
                return;
            }

            Settle(_left.Dequeue());
        }
    }

    private bool TryMakeRoom()
    {
        while (_clients.Count >= most && _left.TryDequeue(out Client? client))
        {
            Settle(client);
        }

        return _clients.Count < most;
    }

    private void Settle(Client client)
    {
        client.IsQueued = false;
        if (client.Connections == 0)
        {
            _clients.Remove(client.Key);
        }
    }
}
