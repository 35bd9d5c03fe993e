namespace Muster.Model;

/// <summary>The named addresses inside a packed instance. Enumerate with <c>foreach</c>; nothing is allocated.</summary>
public ref struct PackedAddresses
{
    private PackReader _reader;
    private int _left;

    internal PackedAddresses(PackReader reader, int count)
    {
        _reader = reader;
        Count = _left = count;
    }

    /// <summary>How many addresses there are.</summary>
    public int Count { get; }

    /// <summary>The name of the address reached, such as <c>wan</c>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The address reached.</summary>
    public ReadOnlySpan<byte> Address { get; private set; }

    /// <summary>The port reached.</summary>
    public int Port { get; private set; }

    /// <summary>This, for <c>foreach</c>; read <see cref="Name"/>, <see cref="Address"/> and <see cref="Port"/>.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Name = _reader.Bytes();
        Address = _reader.Bytes();
        Port = (int)_reader.Number();
        return true;
    }
}
