using System.Text;

namespace Muster.Journal.Tests;

/// <summary>A journal over a storage, and what its recovery visited, in words short enough for assertions.</summary>
internal sealed class Harness : IDisposable
{
    public Harness(IJournalStorage storage, Action<JournalOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new JournalOptions { PreallocateBytes = 0 };
        configure?.Invoke(options);
        Journal = Journal.Open(options, Visit, storage, time);
    }

    public Journal Journal { get; }

    /// <summary>Records recovered; the snapshot's first.</summary>
    public List<string> Recovered { get; } = [];

    public List<RecordSource> Sources { get; } = [];

    public string Message => Assert.Single(Journal.Recovery.Messages);

    public long Append(string record) => Journal.Append(Encoding.UTF8.GetBytes(record));

    public ValueTask<bool> AppendDurably(string record) => Journal.WaitDurableAsync(Append(record));

    public SnapshotOutcome Snapshot(params IEnumerable<string> records)
    {
        using JournalSnapshot snapshot = Journal.BeginSnapshot();
        return snapshot.Write(writer =>
        {
            foreach (string record in records)
            {
                writer.Write(Encoding.UTF8.GetBytes(record));
            }
        });
    }

    public Task SnapshotNeeded()
    {
        var needed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Journal.SnapshotNeeded += (_, _) => needed.TrySetResult();
        return needed.Task;
    }

    public void Dispose() => Journal.Dispose();

    private void Visit(RecordSource source, long sequence, ReadOnlySpan<byte> record)
    {
        Recovered.Add(Encoding.UTF8.GetString(record));
        Sources.Add(source);
    }
}
