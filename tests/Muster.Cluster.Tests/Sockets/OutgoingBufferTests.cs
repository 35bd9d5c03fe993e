using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class OutgoingBufferTests : IDisposable
{
    private const int Most = 1000;

    private readonly OutgoingBuffer _buffer = new(Most);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public async Task TryAdd_WhatIsBeingWritten_CountsUntilItIsGivenBack()
    {
        Assert.True(_buffer.TryAdd(new byte[596]));
        ReadOnlyMemory<byte> taken = await _buffer.TakeAsync(Cancellation);
        Assert.Equal((600, 600), (taken.Length, _buffer.Bytes));

        Assert.True(_buffer.TryAdd(new byte[396]));
        Assert.False(_buffer.TryAdd([]));
        Assert.Equal(Most, _buffer.Bytes);

        _buffer.GiveBack();
        Assert.True(_buffer.TryAdd(new byte[596]));
        Assert.Equal(Most, (await _buffer.TakeAsync(Cancellation)).Length);
    }

    [Fact]
    public async Task Take_NothingWaits_IsWokenByTheNextMessageAndByTheEnd()
    {
        ValueTask<ReadOnlyMemory<byte>> first = _buffer.TakeAsync(Cancellation);
        Assert.False(first.IsCompleted);
        Assert.True(_buffer.TryAdd([7]));
        Assert.Equal([1, 0, 0, 0, 7], (await first).ToArray());
        _buffer.GiveBack();

        ValueTask<ReadOnlyMemory<byte>> second = _buffer.TakeAsync(Cancellation);
        Assert.False(second.IsCompleted);
        _buffer.End();
        Assert.True((await second).IsEmpty);
        Assert.False(_buffer.TryAdd([7]));
    }

    [Fact]
    public async Task End_WithMessagesThatWait_LeavesThemToBeWritten()
    {
        Assert.True(_buffer.TryAdd([7]));
        _buffer.End();

        Assert.Equal(5, (await _buffer.TakeAsync(Cancellation)).Length);
        _buffer.GiveBack();
        Assert.True((await _buffer.TakeAsync(Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task Abandon_WhileSomethingIsWritten_LeavesItsBytesAlone()
    {
        Assert.True(_buffer.TryAdd([7]));
        ReadOnlyMemory<byte> taken = await _buffer.TakeAsync(Cancellation);
        Assert.True(_buffer.TryAdd([8]));

        _buffer.Abandon();

        Assert.Equal(0, _buffer.Bytes);
        Assert.False(_buffer.TryAdd([9]));
        Assert.Equal([1, 0, 0, 0, 7], taken.ToArray());
    }

    [Fact]
    public async Task Messages_OneAfterTheOther_AllocateNothing()
    {
        byte[] message = new byte[64];
        long spent = long.MaxValue;
        for (int warm = 0; warm < 3; warm++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                _buffer.TryAdd(message);
                ValueTask<ReadOnlyMemory<byte>> taken = _buffer.TakeAsync(Cancellation);
                Assert.True(taken.IsCompletedSuccessfully);
                await taken;
                _buffer.GiveBack();
            }

            spent = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, spent);
    }
}
