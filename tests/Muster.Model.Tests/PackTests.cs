namespace Muster.Model.Tests;

public class PackTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_383, 2)]
    [InlineData(16_384, 3)]
    [InlineData(long.MaxValue, 9)]
    public void Number_WrittenAndRead_IsTheSameInFewBytes(long value, int bytes)
    {
        var writer = new PackWriter();
        writer.Number(value);
        Assert.Equal(bytes, writer.Written.Length);
        var reader = new PackReader(writer.Written);
        Assert.Equal(value, reader.Number());
        Assert.True(reader.AtEnd);
        Assert.False(reader.Failed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("web-1")]
    [InlineData("wéb ✓ \U0001F600")]
    public void Text_WrittenAndRead_IsTheSame(string text)
    {
        var writer = new PackWriter();
        writer.Text(text);
        writer.Byte(7);
        var reader = new PackReader(writer.Written);
        Assert.Equal(text, reader.Text());
        Assert.Equal(7, reader.Byte());
    }

    [Fact]
    public void Reader_EveryTruncation_FailsAndNeverThrows()
    {
        var writer = new PackWriter();
        writer.Text("some text");
        writer.Number(1 << 30);
        writer.Bytes(new byte[200]);
        byte[] whole = writer.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            var reader = new PackReader(whole.AsSpan(0, length));
            reader.Text();
            reader.Number();
            reader.Bytes();
            Assert.True(reader.Failed);
            Assert.Equal(0, reader.Number());
            Assert.Equal("", reader.Text());
        }
    }

    [Fact]
    public void Number_NeverEnding_Fails()
    {
        var reader = new PackReader(Enumerable.Repeat((byte)0xff, 100).ToArray());
        Assert.Equal(0, reader.Number());
        Assert.True(reader.Failed);
    }

    [Fact]
    public void Count_MoreThanThereAreBytes_Fails()
    {
        var writer = new PackWriter();
        writer.Number(1_000_000);
        var reader = new PackReader(writer.Written);
        Assert.Equal(0, reader.Count());
        Assert.True(reader.Failed);
    }

    [Fact]
    public void Writer_ReusedAfterClear_AllocatesNothing()
    {
        var writer = new PackWriter();
        Span<byte> payload = stackalloc byte[100];
        for (int i = 0; i < 10; i++)
        {
            Write(writer, payload);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Write(writer, payload);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Write(PackWriter writer, ReadOnlySpan<byte> payload)
        {
            writer.Clear();
            writer.Text("service:web-1");
            writer.Number(123_456);
            writer.Bytes(payload);
        }
    }
}
