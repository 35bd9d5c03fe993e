using Muster.Catalog;
using Muster.Model;
using Muster.Server.Hosting;

namespace Muster.Server.Tests.Hosting;

public sealed class PreservationLogTests
{
    [Fact]
    public void Write_HoldBeganAndEnded_SaysItOnceWithTheCause()
    {
        var time = new ManualTime();
        var catalog = new Catalog.Catalog(
            new CatalogOptions { NodeName = "n1", NodeId = "11111111-1111-1111-1111-111111111111" }, time, new Random(1), NoChangeLog.Instance, new NoWakes());
        catalog.AnnounceSelf("1.0", 8300);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(catalog.Register("n1", new InstanceDefinition { Service = "web", Id = $"{i}", Lease = TimeSpan.FromSeconds(1) }, [], false, "test").Ok);
        }

        var logger = new LineLogger();
        var log = new PreservationLog(catalog.Preservation, logger);
        for (int i = 0; i < 40; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            catalog.Tick();
            log.Write();
        }

        Assert.Equal(
            "Warning Self-preservation holds \"all\" (heartbeats): 20 of 20 heartbeats are missing, more than 15 %. Until: at most 15 % are missing for 30 s, 00:30:01Z or an operator",
            Assert.Single(logger.Lines));
        catalog.Preservation.End(null, "ended by an operator");
        log.Write();
        log.Write();
        Assert.Equal("Warning Self-preservation of \"all\" (heartbeats) ended: ended by an operator", Assert.Single(logger.Lines[1..]));
    }

    private sealed class NoWakes : IWakeDispatcher
    {
        public void Dispatch(WakeChain chain)
        {
        }
    }
}
