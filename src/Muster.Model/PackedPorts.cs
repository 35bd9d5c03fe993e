namespace Muster.Model;

/// <summary>The named ports inside a packed instance. Nothing is allocated.</summary>
public ref struct PackedPorts
{
    private PackReader _reader;
    private int _left;

    internal PackedPorts(PackReader reader, int count)
    {
        _reader = reader;
        Count = _left = count;
    }

    /// <summary>How many ports there are.</summary>
    public int Count { get; }

    /// <summary>The name of the port reached, such as <c>metrics</c>.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The port reached.</summary>
    public int Port { get; private set; }

    /// <summary>Goes to the next port; read <see cref="Name"/> and <see cref="Port"/>.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Name = _reader.Bytes();
        Port = (int)_reader.Number();
        return true;
    }
}
