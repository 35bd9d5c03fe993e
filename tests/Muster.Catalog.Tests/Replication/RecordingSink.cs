namespace Muster.Catalog.Tests.Replication;

internal sealed class RecordingSink : IReplicationSink
{
    public List<ulong> Keys { get; } = [];

    public void OnLocalChange(ulong key) => Keys.Add(key);
}
