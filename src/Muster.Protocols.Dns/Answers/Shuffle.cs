using System.Buffers;

namespace Muster.Protocols.Dns.Answers;

/// <summary>
/// Draws the numbers 0 to count - 1 in uniformly random order, one at a time, so that an answer which has room
/// for ten of ten thousand draws only ten.
/// </summary>
internal ref struct Shuffle : IDisposable
{
    /// <summary>How many numbers the caller's own space has to hold; more are kept in a pooled array.</summary>
    public const int InlineSize = 64;

    private readonly Span<int> _numbers;
    private readonly Random _random;
    private int[]? _rented;

    public Shuffle(Span<int> space, int count, Random random)
    {
        _random = random;
        _rented = count > space.Length ? ArrayPool<int>.Shared.Rent(count) : null;
        _numbers = (_rented ?? space)[..count];
        for (int i = 0; i < count; i++)
        {
            _numbers[i] = i;
        }
    }

    /// <summary>What was drawn so far, in order.</summary>
    public readonly ReadOnlySpan<int> Drawn => _numbers[..DrawnCount];

    /// <summary>How many were drawn.</summary>
    public int DrawnCount { get; private set; }

    /// <summary>Draws the next number; there must be one left.</summary>
    public int Next()
    {
        int last = _numbers.Length - 1;
        int chosen = DrawnCount < last ? _random.Next(DrawnCount, last + 1) : last;
        (_numbers[DrawnCount], _numbers[chosen]) = (_numbers[chosen], _numbers[DrawnCount]);
        return _numbers[DrawnCount++];
    }

    /// <summary>Takes the last draw back: it did not fit.</summary>
    public void PutBack() => DrawnCount--;

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<int>.Shared.Return(_rented);
            _rented = null;
        }
    }
}
