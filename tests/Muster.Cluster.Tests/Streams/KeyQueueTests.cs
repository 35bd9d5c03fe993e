using Muster.Cluster.Streams;

namespace Muster.Cluster.Tests.Streams;

public class KeyQueueTests
{
    [Fact]
    public void Keys_ComeOffInOrderAndOnce()
    {
        var queue = new KeyQueue(1000);
        for (ulong key = 0; key < 300; key++)
        {
            Assert.True(queue.TryAdd(key % 150, TimeSpan.FromSeconds(key)));
        }

        Assert.Equal(150, queue.Count);
        Span<ulong> keys = new ulong[100];
        Assert.Equal(100, queue.Peek(keys));
        Assert.Equal(Enumerable.Range(0, 100).Select(key => (ulong)key), keys.ToArray());
        queue.Remove(100);
        Assert.True(queue.TryAdd(5, TimeSpan.Zero)); // was taken: waits again, at the end
        Assert.Equal((51, 100L, 151L), (queue.Count, queue.Taken, queue.Added));
        Assert.Equal(TimeSpan.FromSeconds(100), queue.OldestAt);
        Assert.Equal(51, queue.Peek(keys));
        Assert.Equal(5UL, keys[50]);
    }

    [Fact]
    public void Full_RefusesNewKeysOnly()
    {
        var queue = new KeyQueue(3);
        Assert.True(queue.TryAdd(1, default) && queue.TryAdd(2, default) && queue.TryAdd(3, default));
        Assert.False(queue.TryAdd(4, default));
        Assert.True(queue.TryAdd(2, default));
        queue.Remove(1);
        Assert.True(queue.TryAdd(4, default));
    }

    [Fact]
    public void RandomUse_AgreesWithAList()
    {
        var random = new Random(1);
        var queue = new KeyQueue(200);
        var model = new List<ulong>();
        Span<ulong> keys = new ulong[200];
        for (int i = 0; i < 20_000; i++)
        {
            if (random.Next(5) > 0)
            {
                ulong key = (ulong)random.Next(400);
                bool fits = model.Count < 200 || model.Contains(key);
                Assert.Equal(fits, queue.TryAdd(key, default));
                if (fits && !model.Contains(key))
                {
                    model.Add(key);
                }
            }
            else
            {
                int count = random.Next(Math.Min(model.Count, 20) + 1);
                queue.Remove(count);
                model.RemoveRange(0, count);
            }

            Assert.Equal(model, keys[..queue.Peek(keys)].ToArray());
        }
    }
}
