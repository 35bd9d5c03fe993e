using System.Text;
using Muster.Client.Streaming;

namespace Muster.Client.Tests.Streaming;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public async Task ReadAsync_AnyPieces_GivesTheLines(int piece)
    {
        string[] lines = ["a", "", new string('x', 5000), "b", new string('y', 20_000), "c"];
        using var reader = new LineReader(new Pieces(string.Join('\n', lines) + "\n", piece), limit: 20_000);
        foreach (string line in lines)
        {
            Assert.Equal(LineOutcome.Line, await reader.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equal(line, Encoding.UTF8.GetString(reader.Line.Span));
        }

        Assert.Equal(LineOutcome.End, await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("12345\n", "Line")]
    [InlineData("123456\n", "TooLong")]
    [InlineData("123456", "TooLong")]
    [InlineData("1234\r\n", "Line")]
    [InlineData("123", "CutOff")]
    [InlineData("", "End")]
    public async Task ReadAsync_Ends_AreToldApart(string text, string outcome)
    {
        foreach (int piece in (int[])[1, 100])
        {
            using var reader = new LineReader(new Pieces(text, piece), limit: 5);
            Assert.Equal(outcome, (await reader.ReadAsync(TestContext.Current.CancellationToken)).ToString());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task SkipAsync_TooLongLine_GoesOnWithTheNext(int piece)
    {
        using var reader = new LineReader(new Pieces("a\n" + new string('x', 50_000) + "\nb\n", piece), limit: 10_000);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(LineOutcome.TooLong, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("xxx", Encoding.UTF8.GetString(reader.Line.Span), StringComparison.Ordinal);
        Assert.True(await reader.SkipAsync(TestContext.Current.CancellationToken));
        Assert.Equal(LineOutcome.Line, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("b", Encoding.UTF8.GetString(reader.Line.Span));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(20_000)]
    public async Task SkipAsync_EndlessOrCutOff_IsGivenUp(int length)
    {
        using var reader = new LineReader(new Pieces(new string('x', length), 1000), limit: 10_000);
        Assert.Equal(LineOutcome.TooLong, await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.False(await reader.SkipAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A stream that gives a few bytes at a time, as networks do.</summary>
    private sealed class Pieces(string text, int piece) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
