namespace Muster.Catalog;

/// <summary>The outcome of a command. A refused command changed nothing.</summary>
/// <param name="Error">Why it was refused, or none.</param>
/// <param name="Detail">The name or limit the error is about.</param>
/// <param name="Sequence">What to pass to <see cref="Catalog.WaitDurableAsync"/> before acknowledging: the last change the outcome rests on; 0 when it rests on none.</param>
public readonly record struct CommandResult(CatalogError Error, string? Detail, long Sequence)
{
    /// <summary>With <see cref="CatalogError.StaleEpoch"/>: the epoch that counts.</summary>
    public long CurrentEpoch { get; private init; }

    /// <summary>True when the command took effect (or had nothing to change).</summary>
    public bool Ok => Error == CatalogError.None;

    internal static CommandResult Refused(CatalogError error, string detail) => new(error, detail, 0);

    internal static CommandResult Stale(string instanceId, long epoch, long current) =>
        new(CatalogError.StaleEpoch, $"\"{instanceId}\" has epoch {current}, this is from epoch {epoch}", 0) { CurrentEpoch = current };

    internal static CommandResult Done(long sequence) => new(CatalogError.None, null, sequence);
}
