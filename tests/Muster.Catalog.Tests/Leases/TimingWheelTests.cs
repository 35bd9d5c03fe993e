namespace Muster.Catalog.Tests.Leases;

public class TimingWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(70_001)]
    public void Advance_EntryAtDistance_FiresExactlyThen(long distance)
    {
        var wheel = new TimingWheel();
        var due = new List<WheelEntry>();
        wheel.Advance(1000, due);
        var entry = new InstanceLease();
        entry.OpenLease(1000 + distance);
        wheel.Schedule(entry);

        wheel.Advance(1000 + distance - 1, due);
        Assert.Empty(due);
        wheel.Advance(1000 + distance, due);

        Assert.Same(entry, Assert.Single(due));
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Advance_RenewedEntry_FiresAtItsNewDeadlineOnly()
    {
        var wheel = new TimingWheel();
        var due = new List<WheelEntry>();
        var entry = new InstanceLease();
        entry.OpenLease(100);
        wheel.Schedule(entry);
        for (int tick = 1; tick < 5000; tick++)
        {
            wheel.Advance(tick, due);
            if (tick <= 4000)
            {
                Assert.True(entry.TryExtend(tick + 100, tick));
            }

            Assert.Equal(tick >= 4100, due.Count == 1);
        }
    }

    [Fact]
    public void Cancel_AnyEntryOfASlot_LeavesTheOthers()
    {
        var wheel = new TimingWheel();
        InstanceLease[] entries = [.. Enumerable.Range(0, 5).Select(_ => new InstanceLease())];
        foreach (InstanceLease entry in entries)
        {
            entry.OpenLease(10);
            wheel.Schedule(entry);
        }

        wheel.Cancel(entries[0]);
        wheel.Cancel(entries[2]);
        wheel.Cancel(entries[4]);
        wheel.Cancel(entries[4]);
        var due = new List<WheelEntry>();
        wheel.Advance(10, due);

        Assert.Equal(2, due.Count);
        Assert.Contains(entries[1], due);
        Assert.Contains(entries[3], due);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Advance_RandomSchedules_AgreesWithASortedList(int seed)
    {
        var random = new Random(seed);
        var wheel = new TimingWheel();
        var model = new HashSet<WheelEntry>();
        var due = new List<WheelEntry>();
        long now = 0;
        for (int step = 0; step < 5000; step++)
        {
            if (random.Next(3) > 0)
            {
                var entry = new InstanceLease();
                entry.OpenLease(now + 1 + random.NextInt64(random.Next(2) == 0 ? 300 : 200_000));
                wheel.Schedule(entry);
                model.Add(entry);
            }

            if (random.Next(4) == 0 && model.Count > 0)
            {
                WheelEntry gone = model.First();
                wheel.Cancel(gone);
                model.Remove(gone);
            }

            now += random.Next(40);
            due.Clear();
            wheel.Advance(now, due);
            Assert.Equal(model.Where(entry => entry.Deadline <= now).ToHashSet(), due.ToHashSet());
            model.ExceptWith(due);
            Assert.Equal(model.Count, wheel.Count);
        }
    }

    [Fact]
    public void TryExtend_AfterClose_Fails()
    {
        var entry = new InstanceLease();
        entry.OpenLease(10);
        Assert.False(entry.TryCloseDue(9));
        Assert.True(entry.TryCloseDue(10));
        Assert.False(entry.TryExtend(100, 10));
        entry.OpenFixed(50);
        Assert.False(entry.TryExtend(100, 10));
        Assert.Equal(50, entry.Deadline);
    }
}
