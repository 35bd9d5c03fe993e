using Muster.Cluster.Sockets;

namespace Muster.Cluster.Tests.Sockets;

public sealed class IncomingBufferTests
{
    private static readonly int[] s_lengths = [0, 1, 3, 4, 5, 1000, 65_531, 65_532, 65_533, 200_000, Framing.MaxMessageBytes, 7, 0, Framing.MaxMessageBytes, 9];

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 3000)]
    [InlineData(3, 400_000)]
    public void Messages_HoweverTheBytesCome_AreWholeAndInOrder(int seed, int mostAtOnce)
    {
        var random = new Random(seed);
        byte[][] sent = [.. s_lengths.Select(length => Random(random, mostAtOnce < 100 ? Math.Min(length, 5000) : length))];
        byte[] wire = new byte[sent.Sum(static message => Framing.HeadBytes + message.Length)];
        int at = 0;
        foreach (byte[] message in sent)
        {
            Framing.Write(message, wire.AsSpan(at));
            at += Framing.HeadBytes + message.Length;
        }

        using var buffer = new IncomingBuffer();
        var received = new List<byte[]>();
        for (int read = 0; read < wire.Length;)
        {
            Assert.False(buffer.Room.IsEmpty);
            int length = Math.Min(Math.Min(random.Next(1, mostAtOnce + 1), buffer.Room.Length), wire.Length - read);
            wire.AsMemory(read, length).CopyTo(buffer.Room);
            read += length;
            Assert.True(buffer.TryAdd(length));
            ReadOnlySpan<byte> messages = buffer.Messages;
            while (messages.Length > 0)
            {
                received.Add(Framing.TakeFirst(ref messages).ToArray());
            }

            buffer.Advance();
        }

        Assert.Equal(sent.Length, received.Count);
        Assert.All(sent.Zip(received), static pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
    }

    [Theory]
    [InlineData(Framing.MaxMessageBytes + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void TryAdd_MessageThatIsTooLong_IsRefusedByItsHead(int length)
    {
        using var buffer = new IncomingBuffer();
        BitConverter.TryWriteBytes(buffer.Room.Span, length);

        Assert.True(buffer.TryAdd(Framing.HeadBytes - 1));
        buffer.Advance();
        Assert.False(buffer.TryAdd(1));
    }

    private static byte[] Random(Random random, int length)
    {
        byte[] message = new byte[length];
        random.NextBytes(message);
        return message;
    }
}
