using Muster.Cluster.Streams;

namespace Muster.Cluster.Tests.Streams;

public class FlightTests
{
    [Fact]
    public void Confirmation_CoversAllBefore()
    {
        var flight = new Flight();
        for (int i = 1; i <= Flight.MaxBatches; i++)
        {
            Assert.False(flight.IsFull);
            flight.Add(TimeSpan.FromSeconds(i));
        }

        Assert.True(flight.IsFull);
        Assert.Equal(TimeSpan.FromSeconds(1), flight.OldestSince);
        Assert.True(flight.TryConfirm(5, out TimeSpan since));
        Assert.Equal(TimeSpan.FromSeconds(5), since);
        Assert.Equal(TimeSpan.FromSeconds(6), flight.OldestSince);
        Assert.False(flight.TryConfirm(5, out _));
        Assert.False(flight.TryConfirm(3, out _));
        Assert.False(flight.TryConfirm(Flight.MaxBatches + 1, out _));
        Assert.Equal(Flight.MaxBatches - 5, flight.Count);
    }
}
