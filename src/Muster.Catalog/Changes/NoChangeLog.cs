namespace Muster.Catalog;

/// <summary>The log of a server that keeps nothing (<c>-dev</c>): every change counts as safe at once.</summary>
public sealed class NoChangeLog : IChangeLog
{
    /// <summary>The one instance.</summary>
    public static NoChangeLog Instance { get; } = new();

    /// <inheritdoc />
    public long Append(in CatalogChange change) => 0;

    /// <inheritdoc />
    public ValueTask<bool> WaitDurableAsync(long sequence) => ValueTask.FromResult(true);
}
