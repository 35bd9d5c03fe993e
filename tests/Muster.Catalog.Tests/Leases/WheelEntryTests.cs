using FsCheck;
using FsCheck.Fluent;

namespace Muster.Catalog.Tests.Leases;

public class WheelEntryTests
{
    [Fact]
    public void TryExtend_AnySeriesOfRenewals_EndsAndIsHeardOfAsTheLatestOfThemSays()
    {
        Gen<(int Deadline, int Heard, int[] Renewals)> series =
            from deadline in Gen.Choose(1, 1000)
            from heard in Gen.Choose(-500, deadline)
            from renewals in Gen.ArrayOf(Gen.Choose(1, 2000))
            select (deadline, Math.Max(0, heard), renewals);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true), Prop.ForAll(series.ToArbitrary(), one =>
        {
            var lease = new InstanceLease();
            lease.OpenLease(one.Deadline, one.Heard);
            Assert.Equal((one.Deadline, one.Heard), (lease.Deadline, lease.HeardUntil));
            foreach (int tick in one.Renewals)
            {
                Assert.True(lease.TryExtend(tick, now: 1));
            }

            Assert.Equal((one.Renewals.Append(one.Deadline).Max(), one.Renewals.Append(one.Heard).Max()), (lease.Deadline, lease.HeardUntil));
        }));
    }

    [Fact]
    public void OpenLease_HeardOfLongBeforeItsEnd_IsNoEvidence()
    {
        var lease = new InstanceLease();
        lease.OpenLease(1L << 24, 1);
        Assert.Equal((1L << 24, 0), (lease.Deadline, lease.HeardUntil));
        Assert.True(lease.TryExtend(2, now: 1));
        Assert.Equal((1L << 24, 0), (lease.Deadline, lease.HeardUntil));
    }
}
