using Muster.Catalog;

namespace Muster.Simulation;

/// <summary>Something a client can read and wait for: its index, a digest of what it shows, and where to wait.</summary>
internal abstract class View(string name)
{
    /// <summary>For messages.</summary>
    public string Name => name;

    /// <summary>What the last audit saw; 0 before the first.</summary>
    public long LastIndex { get; set; }

    public int LastContent { get; set; }

    /// <summary>Whether the index moves only when the content did.</summary>
    public virtual bool IsExact => false;

    /// <summary>Index and digest now; false while the thing does not exist.</summary>
    public abstract bool TryRead(Catalog.Catalog catalog, out long index, out int content);

    public abstract WatchPoint? PointOf(Catalog.Catalog catalog);

    /// <summary>What was read is read again the next time.</summary>
    public virtual void Forget()
    {
    }

    protected static void Add(ref HashCode hash, Node node)
    {
        hash.Add(node.Definition);
        hash.Add(node.Definition.Metadata.Count == 0 ? "" : node.Definition.Metadata[0].Value);
        hash.Add(node.Definition.Address);
        Add(ref hash, node.Checks);
    }

    protected static void Add(ref HashCode hash, CheckList checks)
    {
        foreach (Check check in checks)
        {
            hash.Add(check.Definition);
            hash.Add(check.Status);
        }
    }
}
