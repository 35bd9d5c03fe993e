namespace Muster.Journal.Tests;

public sealed class FileJournalStorageTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "muster-journal-" + Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Open_OnDisk_SurvivesReopeningWithSnapshotAndLog()
    {
        using (var first = new Harness(new FileJournalStorage(_directory), options => options.PreallocateBytes = 100_000))
        {
            Assert.True(await first.AppendDurably("r1"));
            Assert.True(first.Snapshot("state 1").IsDurable);
            Assert.True(await first.AppendDurably("r2"));
            Assert.True(first.Journal.Status.LastSyncDuration > TimeSpan.Zero);
        }

        using var second = new Harness(new FileJournalStorage(_directory));
        Assert.Equal(["state 1", "r2"], second.Recovered);
        Assert.Empty(second.Journal.Recovery.Messages);
    }

    [Fact]
    public void Open_SecondOpener_IsToldWhoHasTheDirectory()
    {
        using var first = new Harness(new FileJournalStorage(_directory));
        var refusal = Assert.Throws<JournalInUseException>(() => new Harness(new FileJournalStorage(_directory)));
        Assert.Contains($"is in use by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AfterTheFirstClosed_Succeeds()
    {
        new Harness(new FileJournalStorage(_directory)).Dispose();
        new Harness(new FileJournalStorage(_directory)).Dispose();
    }

    [Fact]
    public void Create_OnUnix_OnlyTheOwnerMayRead()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var harness = new Harness(new FileJournalStorage(_directory));
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_directory) & Others);
        foreach (string file in Directory.GetFiles(_directory))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others);
        }
    }
}
