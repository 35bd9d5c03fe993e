using System.Net;
using Microsoft.AspNetCore.Http;
using Muster.Server.Admission;
using Muster.Testing;

namespace Muster.Server.Tests.Admission;

public class AdmissionControlTests
{
    private static readonly EndPoint Bad = new IPEndPoint(IPAddress.Parse("192.0.2.66"), 1);
    private static readonly EndPoint Good = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1);
    private static readonly EndPoint Local = new IPEndPoint(IPAddress.Loopback, 1);

    private readonly ManualTime _time = new(frequency: 999_983);

    private static AdmissionLimits Limits => new()
    {
        Connections = 100, ConnectionsPerClient = 10, WaitsPerClient = 3, RequestsPerSecond = 50, RequestBurst = 20,
        Exempt = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
    };

    [Fact]
    public void Requests_FloodOfOneClient_TheOtherLosesNone()
    {
        var control = new AdmissionControl(Limits, _time);
        HttpContext bad = Open(control, Bad), good = Open(control, Good);
        int badServed = 0, goodServed = 0;
        for (int milli = 0; milli < 10_000; milli++)
        {
            // a hundred times too fast, beside one that stays within the limit
            for (int i = 0; i < 5; i++)
            {
                badServed += control.TryRequest(bad, out long wait) ? 1 : 0;
                Assert.InRange(wait, 0, 1);
            }

            goodServed += milli % 25 == 0 && control.TryRequest(good, out _) ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(400, goodServed);
        Assert.InRange(badServed, 500, 525);
        Assert.Equal(50_000 - badServed, control.RefusalsFor(RefusalReason.ClientRate));
    }

    [Fact]
    public void Requests_AfterAQuietHour_AreABurstAndNoMore()
    {
        var control = new AdmissionControl(Limits, _time);
        HttpContext client = Open(control, Good);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => control.TryRequest(client, out long _)));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.InRange(Enumerable.Range(0, 100).Count(_ => control.TryRequest(client, out long _)), 4, 5);
    }

    [Fact]
    public void Requests_SlowRate_SayWhenToTryAgain()
    {
        var control = new AdmissionControl(Limits with { RequestsPerSecond = 1, RequestBurst = 1 }, _time);
        HttpContext client = Open(control, Good);
        Assert.True(control.TryRequest(client, out _));
        Assert.False(control.TryRequest(client, out long seconds));
        Assert.Equal(1, seconds);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.True(control.TryRequest(client, out _));
    }

    [Fact]
    public void Requests_NoRate_AreNeverRefused()
    {
        var control = new AdmissionControl(Limits with { RequestsPerSecond = 0 }, _time);
        HttpContext client = Open(control, Good);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(control.TryRequest(client, out long _)));
        control.Limits = Limits;
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => control.TryRequest(client, out long _)));
    }

    [Fact]
    public void Waits_OfOneClient_AreBoundedAndGivenBack()
    {
        var control = new AdmissionControl(Limits, _time);
        HttpContext bad = Open(control, Bad), again = Open(control, Bad), good = Open(control, Good);
        Action first = control.TryWait(bad)!;
        Assert.NotNull(control.TryWait(again));
        Assert.NotNull(control.TryWait(again));
        Assert.Null(control.TryWait(bad));
        Assert.Null(control.TryWait(again));
        Assert.NotNull(control.TryWait(good));
        first();
        Assert.NotNull(control.TryWait(bad));
        Assert.Equal(2, control.RefusalsFor(RefusalReason.ClientWaits));
    }

    [Fact]
    public void Connections_OfAllTogether_AreTheBackStop()
    {
        var control = new AdmissionControl(Limits, _time);
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(control.TryOpen(Local, out Client? exempt));
            Assert.Null(exempt);
        }

        Assert.Equal(RefusalReason.Connections, control.TryOpen(Good, out Client? refused));
        control.Close(refused);
        control.Close(null);
        Assert.Null(control.TryOpen(Good, out _));
        Assert.Equal(100, control.Connections);
    }

    [Fact]
    public void Connections_OfOneClient_AreBoundedUnlessExempt()
    {
        var control = new AdmissionControl(Limits, _time);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Null(control.TryOpen(new IPEndPoint(IPAddress.IPv6Loopback, 1), out Client? _)));
        RefusalReason?[] mine = [.. Enumerable.Range(0, 11).Select(_ => control.TryOpen(Bad, out Client? _))];
        Assert.Equal(10, mine.Count(reason => reason is null));
        Assert.Equal(RefusalReason.ClientConnections, mine[^1]);
        Assert.Null(control.TryOpen(Good, out _));
    }

    [Theory]
    [InlineData("Max open files            20000                20000                files     ", 19_744)]
    [InlineData("Max open files            300                  4096                 files     ", 150)]
    [InlineData("Max open files            unlimited            unlimited            files     ", 65_280)]
    [InlineData("Max processes             1                    1                    processes ", 65_280)]
    public void RoomForConnections_OfTheKernelsTable_KeepsAReserve(string line, int room) =>
        Assert.Equal(room, OpenFiles.RoomWithin(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    private static DefaultHttpContext Open(AdmissionControl control, EndPoint remote)
    {
        Assert.Null(control.TryOpen(remote, out Client? client));
        var context = new DefaultHttpContext();
        context.Features.Set(client);
        return context;
    }
}
