using Muster.Checks.Probing;
using Muster.Checks.Tests.Fakes;

namespace Muster.Checks.Tests;

public sealed class BodyTextTests
{
    [Fact]
    public async Task Read_TimeIsOverBeforeTheEnd_SaysSoAndKeepsWhatCame()
    {
        using CancellationTokenSource deadline = new();
        using StallingStream stream = new("pong"u8.ToArray());
        using StreamContent content = new(stream);
        Task<BodyText> reading = BodyText.ReadAsync(content, keep: 10, readAtMost: 100, deadline.Token).AsTask();
        await stream.Stalled.WaitAsync(Patience.Limit);

        await deadline.CancelAsync();

        Assert.Equal(new BodyText("pong", TimedOut: true), await reading.WaitAsync(Patience.Limit));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(9, 9, 9)]
    [InlineData(10, 10, 10)]
    [InlineData(11, 10, 11)]
    [InlineData(100, 10, 100)]
    [InlineData(1_000_000, 10, 100)]
    public async Task Read_AnyLength_KeepsTheBeginningAndReadsNoMoreThanTheBound(int length, int kept, int read)
    {
        using CountingStream stream = new(new byte[length]);
        using StreamContent content = new(stream);

        BodyText body = await BodyText.ReadAsync(content, keep: 10, readAtMost: 100, CancellationToken.None);

        Assert.Equal((kept, false), (body.Text.Length, body.TimedOut));
        Assert.InRange(stream.BytesRead, read, read + 9);
    }

    private sealed class CountingStream(byte[] content) : MemoryStream(content)
    {
        public int BytesRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }

    /// <summary>Gives its bytes, then nothing until the reader gives up.</summary>
    private sealed class StallingStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stalled => _stalled.Task;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                _stalled.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return read;
        }
    }
}
