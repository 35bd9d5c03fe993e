using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>Keeps the journal records of a catalog in memory.</summary>
internal sealed class RecordingLog : IChangeLog
{
    private readonly PackWriter _writer = new();

    public List<byte[]> Records { get; } = [];

    public long Append(in CatalogChange change)
    {
        Catalog.WriteRecord(_writer, change);
        Records.Add(_writer.ToArray());
        return Records.Count;
    }

    public ValueTask<bool> WaitDurableAsync(long sequence) => ValueTask.FromResult(true);
}
