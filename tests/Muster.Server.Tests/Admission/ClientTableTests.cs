using System.Net;
using Muster.Server.Admission;
using Muster.Testing;

namespace Muster.Server.Tests.Admission;

public class ClientTableTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::a00:1", "10.0.0.1", false)]
    [InlineData("::", "0.0.0.0", false)]
    public void Key_OfTwoAddresses_IsTheSameForOneClient(string left, string right, bool same) =>
        Assert.Equal(same, ClientKey.Of(IPAddress.Parse(left)) == ClientKey.Of(IPAddress.Parse(right)));

    [Fact]
    public void TryEnter_OneClientWithTooMany_OthersAreAdmitted()
    {
        var table = new ClientTable(_time);
        Client?[] mine = [.. Enumerable.Range(0, 5).Select(_ => table.TryEnter(IPAddress.Parse("10.0.0.1"), 4))];
        Assert.Equal(4, mine.Count(client => client is not null));
        Assert.NotNull(table.TryEnter(IPAddress.Parse("10.0.0.2"), 4));
        table.Leave(mine[0]!);
        Assert.NotNull(table.TryEnter(IPAddress.Parse("10.0.0.1"), 4));
    }

    [Fact]
    public void Leave_NothingSpent_ForgetsTheClient()
    {
        var table = new ClientTable(_time);
        for (int i = 0; i < 1000; i++)
        {
            table.Leave(table.TryEnter(new IPAddress(0x0A000000 + i), 4)!);
        }

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Leave_RequestsSpent_RemembersUntilTheyArePaidFor()
    {
        var table = new ClientTable(_time);
        Client client = table.TryEnter(IPAddress.Parse("10.0.0.1"), 4)!;
        long second = _time.TimestampFrequency;
        Assert.True(client.TryRequest(_time.GetTimestamp(), second, 1, out _));
        table.Leave(client);
        Assert.Same(client, table.TryEnter(IPAddress.Parse("10.0.0.1"), 4));
        table.Leave(client);
        _time.Advance(TimeSpan.FromSeconds(2));
        table.Leave(table.TryEnter(IPAddress.Parse("10.0.0.2"), 4)!);
        Assert.NotSame(client, table.TryEnter(IPAddress.Parse("10.0.0.1"), 4));
    }

    [Fact]
    public void TryEnter_MoreClientsThanRoom_ForgetsThoseThatLeftAndRefusesWhenAllAreHere()
    {
        var table = new ClientTable(_time, most: 100);
        for (int i = 0; i < 10_000; i++)
        {
            Client passing = table.TryEnter(new IPAddress(0x0A000000 + i), 4)!;
            passing.TryRequest(_time.GetTimestamp(), long.MaxValue / 8, 1, out _);
            table.Leave(passing);
            Assert.InRange(table.Count, 0, 100);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.NotNull(table.TryEnter(new IPAddress(0x0B000000 + i), 4));
        }

        Assert.Null(table.TryEnter(IPAddress.Parse("192.0.2.1"), 4));
        Assert.NotNull(table.TryEnter(new IPAddress(0x0B000000), 4));
    }
}
