using Muster.Model;

namespace Muster.Catalog.Tests.Leases;

/// <summary>Renewals need no lock; what they meet half done they must not take for gone.</summary>
public class RenewingTests
{
    [Fact]
    public void Renew_WhileTheRegistrationIsBeingChanged_FindsTheInstance()
    {
        var time = new WatchedTime();
        var catalog = new Catalog(
            new CatalogOptions { NodeName = "n1", NodeId = "11111111-1111-1111-1111-111111111111" }, time, new Random(1), NoChangeLog.Instance, new InlineWakes());
        catalog.AnnounceSelf("1.0", 8300);
        Register(catalog, port: 80);

        bool isFound = false;
        var renewer = new Thread(() => isFound = catalog.Renew("n1", "web-1").Ok);
        time.Read = () =>
        {
            // once: the lease that is about to begin anew is closed at this moment
            time.Read = null;
            renewer.Start();
            renewer.Join(TimeSpan.FromMilliseconds(100));
        };
        time.Skip = 1; // the first reading is the registration's own sign of life
        Register(catalog, port: 81);
        renewer.Join();
        Assert.True(isFound);
    }

    private static void Register(Catalog catalog, int port) =>
        Assert.True(catalog.Register("n1", CatalogHarness.Define("web", "web-1", port, lease: 10), [], false, "test").Ok);

    private sealed class WatchedTime : TimeProvider
    {
        private readonly ManualTime _time = new();

        public Action? Read { get; set; }

        public int Skip { get; set; }

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override long GetTimestamp()
        {
            if (Read is { } read && Skip-- <= 0)
            {
                read();
            }

            return _time.GetTimestamp();
        }
    }
}
