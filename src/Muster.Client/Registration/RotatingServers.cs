namespace Muster.Client.Registration;

/// <summary>Stays with one server, begins with a random one, goes to the next when it fails. Thread-safe.</summary>
internal sealed class RotatingServers(IReadOnlyList<Uri> addresses, Random random) : IRegistryServers
{
    private volatile int _current = random.Next(addresses.Count);

    public int Count => addresses.Count;

    public Uri Current => addresses[_current];

    public void Failed(Uri server)
    {
        int current = _current;
        if (ReferenceEquals(addresses[current], server))
        {
            Interlocked.CompareExchange(ref _current, (current + 1) % addresses.Count, current);
        }
    }
}
