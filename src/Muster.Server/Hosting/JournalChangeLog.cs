using Muster.Catalog;
using Muster.Model;

namespace Muster.Server.Hosting;

/// <summary>
/// Writes the catalog's transitions to the journal; the catalog's lock makes it a single writer. The catalog needs its
/// log before the journal can recover into the catalog, so the journal is attached after loading.
/// </summary>
internal sealed class JournalChangeLog : IChangeLog
{
    private readonly PackWriter _writer = new();
    private Journal.Journal? _journal;

    /// <summary>From now on transitions are written.</summary>
    public void Attach(Journal.Journal journal) => _journal = journal;

    /// <inheritdoc />
    public long Append(in CatalogChange change)
    {
        if (_journal is not { } journal)
        {
            return 0;
        }

        Catalog.Catalog.WriteRecord(_writer, change);
        return journal.Append(_writer.Written);
    }

    /// <inheritdoc />
    public ValueTask<bool> WaitDurableAsync(long sequence) => _journal!.WaitDurableAsync(sequence);
}
