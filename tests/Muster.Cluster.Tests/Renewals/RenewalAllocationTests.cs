using Muster.Catalog;
using Muster.Cluster.Links;
using Muster.Cluster.Messages;
using Muster.Cluster.Renewals;
using Muster.Model;

namespace Muster.Cluster.Tests.Renewals;

public class RenewalAllocationTests
{
    [Fact]
    public void Forwarding_AndReading_AllocateNothing()
    {
        var statistics = new ClusterStatistics();
        var outgoing = new Outgoing(statistics);
        var outbox = new RenewalOutbox(7, 20_000, statistics);
        var link = new ReadingLink();
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (ulong key = 0; key < 10_000; key++)
            {
                outbox.Add(key, TimeSpan.FromMilliseconds(round * 1000));
            }

            outbox.Send(link, outgoing, TimeSpan.FromMilliseconds((round * 1000) + 700));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(round < 2 || allocated == 0, $"{allocated} B");
        }

        Assert.Equal(50_000, statistics.RenewalsForwarded);
        Assert.Equal(50_000, link.Read);
        Assert.InRange((double)statistics.RenewalBytesSent / statistics.RenewalsForwarded, 10, 10.1);
    }

    [Fact]
    public void Outbox_WhenFullOrTheLinkIs_IsBounded()
    {
        var statistics = new ClusterStatistics();
        var outbox = new RenewalOutbox(7, 100, statistics);
        for (ulong key = 0; key < 150; key++)
        {
            outbox.Add(key, TimeSpan.Zero);
        }

        Assert.Equal((100, 50L), (outbox.Count, statistics.RenewalsDropped));
        var link = new ReadingLink { IsFull = true };
        outbox.Send(link, new Outgoing(statistics), TimeSpan.FromSeconds(1));
        Assert.Equal(100, outbox.Count);

        // what waited has aged
        link.IsFull = false;
        outbox.Send(link, new Outgoing(statistics), TimeSpan.FromSeconds(3));
        Assert.Equal((0, 100, 3000), (outbox.Count, link.Read, link.LastAge));
    }

    private sealed class ReadingLink : ILink
    {
        private readonly List<Renewal> _renewals = [];

        public bool IsFull { get; set; }

        public int Read { get; private set; }

        public int LastAge { get; private set; }

        public long QueuedBytes => 0;

        public bool TrySend(ReadOnlySpan<byte> message)
        {
            if (IsFull)
            {
                return false;
            }

            var fields = new PackReader(message[1..]);
            Assert.True(RenewalsMessage.TryReadHeader(ref fields, message.Length, out _, out uint owner, out int count));
            Assert.True(RenewalsMessage.TryReadRenewals(ref fields, owner, count, TimeSpan.Zero, _renewals));
            Read += count;
            LastAge = _renewals[^1].AgeMilliseconds;
            return true;
        }

        public void Close(string reason)
        {
        }
    }
}
