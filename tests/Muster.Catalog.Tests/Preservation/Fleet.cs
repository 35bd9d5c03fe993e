using Muster.Model;

namespace Muster.Catalog.Tests.Preservation;

/// <summary>Instances that send heartbeats at their own rhythm until they are told to be silent, under virtual time.</summary>
internal sealed class Fleet(CatalogHarness harness)
{
    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(50);

    private readonly List<Member> _members = [];
    private int _started;

    public CatalogHarness Harness => harness;

    public Catalog Catalog => harness.Catalog;

    public IReadOnlyList<Member> Members => _members;

    public PreservationView View => Catalog.Preservation.View;

    public static Fleet Of(int count, double ttl = 30, double interval = 10, Func<CatalogOptions, CatalogOptions>? with = null)
    {
        var fleet = new Fleet(new CatalogHarness(5, with));
        fleet.Start("web", count, ttl, interval);
        fleet.Run(2 * interval);
        return fleet;
    }

    /// <summary>Starts processes; their heartbeats are spread evenly over the interval.</summary>
    public List<Member> Start(string service, int count, double ttl = 30, double interval = 10, string zone = "", string node = CatalogHarness.Node, bool lease = false)
    {
        var started = new List<Member>();
        for (int i = 0; i < count; i++)
        {
            string id = $"{service}-{_started++}";
            InstanceDefinition definition = CatalogHarness.Define(service, id, lease: lease ? ttl : 0) with { Locality = new Locality("", zone) };
            Assert.True(Catalog.Register(node, definition, lease ? [] : [CatalogHarness.Ttl(ttl)], false, "test").Ok);
            started.Add(new Member(id, node, lease, TimeSpan.FromSeconds(interval), harness.Time.Now + (TimeSpan.FromSeconds(interval) * (i + 1) / count)));
        }

        _members.AddRange(started);
        return started;
    }

    /// <summary>kill -9.</summary>
    public void Kill(IEnumerable<Member> members)
    {
        HashSet<Member> killed = [.. members];
        foreach (Member member in killed)
        {
            member.IsSilent = true;
        }

        _members.RemoveAll(killed.Contains);
    }

    public static void Silence(IEnumerable<Member> members, bool silent = true)
    {
        foreach (Member member in members)
        {
            member.IsSilent = silent;
        }
    }

    public void Run(double seconds)
    {
        for (TimeSpan done = TimeSpan.Zero; done < TimeSpan.FromSeconds(seconds); done += TickLength)
        {
            harness.Time.Advance(TickLength);
            Catalog.Tick();
            foreach (Member member in _members)
            {
                Beat(member);
            }
        }
    }

    public int Alive(string service = "web")
    {
        int alive = 0;
        foreach (Instance instance in Catalog.FindService(service) is { } found ? found.Instances : [])
        {
            alive += instance.Status != HealthStatus.Critical ? 1 : 0;
        }

        return alive;
    }

    private void Beat(Member member)
    {
        if (harness.Time.Now < member.Next)
        {
            return;
        }

        member.Next += member.Interval;
        if (member.IsSilent)
        {
            return;
        }

        if (member.IsLease)
        {
            Catalog.Renew(member.Node, member.Id);
        }
        else if (!Catalog.TryPass($"service:{member.Id}", ""))
        {
            Catalog.ReportCheck(member.Node, $"service:{member.Id}", HealthStatus.Passing, "", ReportKind.Ttl);
        }
    }

    internal sealed class Member(string id, string node, bool isLease, TimeSpan interval, TimeSpan next)
    {
        public string Id => id;

        public string Node => node;

        public bool IsLease => isLease;

        public TimeSpan Interval => interval;

        public TimeSpan Next { get; set; } = next;

        public bool IsSilent { get; set; }
    }
}
