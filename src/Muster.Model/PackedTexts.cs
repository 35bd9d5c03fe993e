namespace Muster.Model;

/// <summary>A counted run of UTF-8 texts inside a packed instance. Enumerate with <c>foreach</c>; nothing is allocated.</summary>
public ref struct PackedTexts
{
    private PackReader _reader;
    private int _left;

    internal PackedTexts(PackReader reader, int count)
    {
        _reader = reader;
        Count = _left = count;
        Current = default;
    }

    /// <summary>How many texts there are.</summary>
    public int Count { get; }

    /// <summary>The text reached.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>This, for <c>foreach</c>.</summary>
    public readonly PackedTexts GetEnumerator() => this;

    /// <summary>Goes to the next text.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Current = _reader.Bytes();
        return true;
    }
}
