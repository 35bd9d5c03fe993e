namespace Muster.Cluster.Tests;

public class AlarmBookTests
{
    private readonly ManualTime _time = new();
    private readonly ClusterStatistics _statistics = new();

    [Fact]
    public void Raise_Twice_IsOneAlarmWithItsFirstTimeAndItsLastDetail()
    {
        var book = new AlarmBook(_time, _statistics);
        DateTimeOffset since = _time.GetUtcNow();
        Assert.True(book.Raise("clock_ahead", "n2", "61 s", _time.Now));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(book.Raise("clock_ahead", "n2", "62 s", _time.Now));
        Assert.Equal(new ClusterAlarm("clock_ahead", "n2", "62 s", since), Assert.Single(book.ToView()));
        Assert.Equal(1, _statistics.Alarms);
    }

    [Fact]
    public void Alarm_EndsWhenItIsSolvedOrNotSeenForAWhile()
    {
        var book = new AlarmBook(_time, _statistics);
        book.Raise("protocol", "n2", "", _time.Now);
        book.Raise("malformed", "n3", "", _time.Now);
        Assert.False(book.Clear("protocol", "n9"));
        Assert.True(book.Clear("protocol", "n2"));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(book.ClearOlder(_time.Now, TimeSpan.FromMinutes(10)));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(book.ClearOlder(_time.Now, TimeSpan.FromMinutes(10)));
        Assert.Empty(book.ToView());
    }

    [Fact]
    public void Alarms_AreBounded()
    {
        var book = new AlarmBook(_time, _statistics);
        for (int i = 0; i < 1000; i++)
        {
            book.Raise("name_taken", $"n{i}", "", _time.Now);
        }

        Assert.Equal(256, book.ToView().Length);
    }
}
