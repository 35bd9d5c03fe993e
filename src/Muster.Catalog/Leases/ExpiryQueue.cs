namespace Muster.Catalog;

/// <summary>
/// Entries that are due, waiting for their turn: a token bucket bounds how many expire a second, and they are taken in
/// random order, so that a mass loss of heartbeats takes down no one service first.
/// </summary>
internal sealed class ExpiryQueue(Random random, int perSecond)
{
    private double _tokens = perSecond;

    /// <summary>What is due. The timing wheel adds to it.</summary>
    internal List<WheelEntry> Due { get; } = [];

    /// <summary>Adds the allowance of served time that went by.</summary>
    internal void Refill(TimeSpan elapsed) => _tokens = Math.Min(perSecond, _tokens + (perSecond * elapsed.TotalSeconds));

    /// <summary>Takes a random due entry, if there is one and the rate allows it.</summary>
    internal bool TryTake(out WheelEntry entry)
    {
        if (Due.Count == 0 || _tokens < 1)
        {
            entry = null!;
            return false;
        }

        int chosen = random.Next(Due.Count);
        entry = Due[chosen];
        Due[chosen] = Due[^1];
        Due.RemoveAt(Due.Count - 1);
        return true;
    }

    /// <summary>Pays for one expiry that really happened; a renewal that came first costs nothing.</summary>
    internal void Spend() => _tokens -= 1;
}
