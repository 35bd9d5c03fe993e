namespace Muster.Catalog;

/// <summary>An instance that left its service, and why: the evidence that its absence is no error.</summary>
public sealed class Removal
{
    private Removal? _older;

    internal Removal(string node, string id, RemovalKind kind, string cause, DateTimeOffset time, long index, Removal? older)
    {
        Node = node;
        Id = id;
        Kind = kind;
        Cause = cause;
        Time = time;
        Index = index;
        _older = older;
    }

    /// <summary>The name of the node it was on.</summary>
    public string Node { get; }

    /// <summary>The instance's id.</summary>
    public string Id { get; }

    /// <summary>Why, for programs.</summary>
    public RemovalKind Kind { get; }

    /// <summary>Why, for people.</summary>
    public string Cause { get; }

    /// <summary>When, by the server's wall clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The index at which it was gone.</summary>
    public long Index { get; }

    /// <summary>The removal before this one, null when it is not remembered.</summary>
    public Removal? Older => Volatile.Read(ref _older);

    internal Removal? Newer { get; set; }

    internal void ForgetOlder() => Volatile.Write(ref _older, null);
}
