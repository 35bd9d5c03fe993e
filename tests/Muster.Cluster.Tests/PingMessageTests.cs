using Muster.Cluster.Messages;
using Muster.Model;

namespace Muster.Cluster.Tests;

public class PingMessageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue + 1L)]
    public void Sighting_OfAnyAge_IsNeverReadAsAFresherOne(long milliseconds)
    {
        var ping = new PingMessage
        {
            SentAt = 1, Clock = 2, RootDigest = 3, Entries = 4, MembersDigest = 5, FactsMerged = 6, Sightings = [new Sighting(7, TimeSpan.FromMilliseconds(milliseconds, 0))],
        };
        var bytes = new PackWriter();
        ping.Write(bytes);
        var fields = new PackReader(bytes.Written[1..]);
        Assert.True(PingMessage.TryRead(ref fields, out PingMessage read));
        Assert.Equal(new Sighting(7, TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue), 0)), Assert.Single(read.Sightings));
    }
}
