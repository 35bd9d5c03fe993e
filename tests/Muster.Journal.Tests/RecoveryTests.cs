using System.Text;

namespace Muster.Journal.Tests;

public sealed class RecoveryTests
{
    private static readonly string Log = FileNames.Log(1);

    [Fact]
    public async Task Open_LogCutAtAnyByte_KeepsEveryWholeRecord()
    {
        MemoryStorage written = await WriteGroups("one", "two, longer", "three", "four");
        byte[] whole = written[Log];
        int[] ends = [.. Ends(whole)];
        for (int length = 0; length < whole.Length; length++)
        {
            var storage = new MemoryStorage { [Log] = whole[..length] };
            using var harness = new Harness(storage);
            int expected = ends.Count(end => end <= length);
            Assert.Equal(expected, harness.Recovered.Count);
            bool clean = length is 0 or FileHeader.Bytes || ends.Contains(length);
            Assert.Equal(clean && length != 0 ? 0 : 1, harness.Journal.Recovery.Messages.Count);
            Assert.True(await harness.AppendDurably("after"));
        }
    }

    [Fact]
    public async Task Open_AnyBitOfTheLastGroupFlipped_LosesThatGroupOnly()
    {
        MemoryStorage written = await WriteGroups("one", "two", "three");
        byte[] whole = written[Log];
        int tail = Ends(whole).ElementAt(1);
        for (int bit = tail * 8; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var storage = new MemoryStorage { [Log] = damaged };
            using var harness = new Harness(storage);
            Assert.Equal(["one", "two"], harness.Recovered);
            Assert.Equal(tail, harness.Journal.Recovery.TruncatedAt);
            Assert.Contains($"which ends at offset {tail}, were cut", harness.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_AnyBitBeforeTheLastGroupFlipped_Refuses()
    {
        MemoryStorage written = await WriteGroups("one", "two", "three");
        byte[] whole = written[Log];
        int[] ends = [.. Ends(whole)];
        for (int bit = FileHeader.Bytes * 8; bit < ends[1] * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var storage = new MemoryStorage { [Log] = damaged };
            var refusal = Assert.Throws<JournalCorruptException>(() => new Harness(storage));
            Assert.Equal(Log, refusal.File);
            Assert.Equal(bit / 8 < ends[0] ? FileHeader.Bytes : ends[0], refusal.Offset);
            Assert.Equal(damaged, storage[Log]);
        }
    }

    [Fact]
    public async Task Open_AnyBitOfTheHeaderFlipped_Refuses()
    {
        MemoryStorage written = await WriteGroups("one");
        for (int bit = 0; bit < FileHeader.Bytes * 8; bit++)
        {
            byte[] damaged = written[Log];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var storage = new MemoryStorage { [Log] = damaged };
            Assert.ThrowsAny<JournalException>(() => new Harness(storage));
        }
    }

    [Fact]
    public void Open_GroupOfWhichOnlyTheEndArrived_IsCut()
    {
        // The disk may write a group's sectors in any order: valid records behind the hole prove nothing.
        MemoryStorage storage = WriteOneGroup("lost", "arrived", "arrived too");
        byte[] torn = storage[Log];
        int firstEnd = Ends(torn).First();
        torn.AsSpan(FileHeader.Bytes, firstEnd - FileHeader.Bytes).Clear();
        storage[Log] = torn;

        using var harness = new Harness(storage);
        Assert.Empty(harness.Recovered);
        Assert.Equal(FileHeader.Bytes, harness.Journal.Recovery.TruncatedAt);
    }

    [Fact]
    public async Task Open_ZerosBehindTheLastRecord_IsACleanEnd()
    {
        MemoryStorage storage = await WriteGroups("one");
        storage[Log] = [.. storage[Log], .. new byte[100_000]];
        using var harness = new Harness(storage);
        Assert.Equal(["one"], harness.Recovered);
        Assert.Empty(harness.Journal.Recovery.Messages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(5000)]
    public async Task Open_NoiseBehindTheLastRecord_IsCut(int bytes)
    {
        MemoryStorage storage = await WriteGroups("one");
        byte[] noise = new byte[bytes];
        new Random(bytes).NextBytes(noise);
        noise[^1] = 1;
        storage[Log] = [.. storage[Log], .. noise];
        using var harness = new Harness(storage);
        Assert.Equal(["one"], harness.Recovered);
        Assert.Equal(bytes, harness.Journal.Recovery.BytesCut);
    }

    [Fact]
    public async Task Open_RecordsOfAnotherLogBehindTheEnd_AreNotTakenForOurs()
    {
        MemoryStorage storage = await WriteGroups("one");
        MemoryStorage other = await WriteGroups("stale one", "stale two");
        storage[Log] = [.. storage[Log], .. other[Log][FileHeader.Bytes..]];
        using var harness = new Harness(storage);
        Assert.Equal(["one"], harness.Recovered);
    }

    [Fact]
    public async Task Open_EarlierLogDamaged_Refuses()
    {
        MemoryStorage storage = await WriteGroups("one", "two");
        using (var again = new Harness(storage))
        {
            Assert.True(await again.AppendDurably("three"));
        }

        byte[] damaged = storage[Log];
        damaged[^1] ^= 1;
        storage[Log] = damaged;
        var refusal = Assert.Throws<JournalCorruptException>(() => new Harness(storage));
        Assert.Equal(Log, refusal.File);
    }

    [Fact]
    public async Task Open_EarlierLogShortened_Refuses()
    {
        MemoryStorage storage = await WriteGroups("one", "two");
        using (var again = new Harness(storage))
        {
            Assert.True(await again.AppendDurably("three"));
        }

        storage[Log] = storage[Log][..Ends(storage[Log]).First()];
        var refusal = Assert.Throws<JournalCorruptException>(() => new Harness(storage));
        Assert.Contains("the records from 2 on are missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FirstLogMissing_Refuses()
    {
        MemoryStorage storage = await WriteGroups("one");
        using (var again = new Harness(storage))
        {
            Assert.True(await again.AppendDurably("two"));
        }

        storage.Delete(Log);
        Assert.Throws<JournalCorruptException>(() => new Harness(storage));
    }

    [Fact]
    public void Open_ZeroLengthLog_Starts()
    {
        using var harness = new Harness(new MemoryStorage { [Log] = [] });
        Assert.Empty(harness.Recovered);
    }

    [Fact]
    public async Task Open_OtherMagic_RefusesInPlainWords()
    {
        MemoryStorage storage = await WriteGroups("one");
        byte[] bytes = storage[Log];
        "SQLite f"u8.CopyTo(bytes);
        storage[Log] = bytes;
        var refusal = Assert.Throws<JournalCorruptException>(() => new Harness(storage));
        Assert.Contains("wrong magic", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OtherVersion_RefusesAndNamesBoth()
    {
        MemoryStorage storage = await WriteGroups("one");
        byte[] bytes = storage[Log];
        bytes[8] = 9;
        storage[Log] = bytes;
        var refusal = Assert.Throws<JournalVersionException>(() => new Harness(storage));
        Assert.Equal(9u, refusal.Version);
        Assert.Contains("format version 9, this Muster reads version 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterARefusal_TheLockIsFree()
    {
        MemoryStorage storage = await WriteGroups("one");
        byte[] good = storage[Log];
        storage[Log] = [.. "nonsense"u8, .. good[8..]];
        Assert.Throws<JournalCorruptException>(() => new Harness(storage));
        storage[Log] = good;
        using var harness = new Harness(storage);
        Assert.Equal(["one"], harness.Recovered);
    }

    private static async Task<MemoryStorage> WriteGroups(params string[] records)
    {
        var storage = new MemoryStorage();
        using var harness = new Harness(storage);
        foreach (string record in records)
        {
            Assert.True(await harness.AppendDurably(record));
        }

        return storage.Copy();
    }

    private static MemoryStorage WriteOneGroup(params string[] records)
    {
        const uint Salt = 7;
        byte[] header = new byte[FileHeader.Bytes];
        new FileHeader(1, Salt, AfterGap: false).Write(header, FileHeader.LogMagic);
        var group = new Group();
        group.Start(1, chain: 0, startsSegment: false);
        foreach (string record in records)
        {
            group.Add(Salt, group.Last + 1, Encoding.UTF8.GetBytes(record));
        }

        return new MemoryStorage { [Log] = [.. header, .. group.Bytes] };
    }

    private static IEnumerable<int> Ends(byte[] log)
    {
        for (int at = FileHeader.Bytes; at < log.Length;)
        {
            at += Frame.HeaderBytes + Frame.ReadHeader(log.AsSpan(at)).Length;
            yield return at;
        }
    }
}
