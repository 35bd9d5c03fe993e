using Muster.Model;

namespace Muster.Catalog.Tests;

/// <summary>A catalog under virtual time, with short words for what tests do.</summary>
internal sealed class CatalogHarness
{
    public const string Node = "n1";

    /// <summary>Timestamps per second that are no ticks, to catch code that assumes them to be.</summary>
    private const long OddFrequency = 3_000_017;

    private static readonly TimeSpan TickLength = TimeSpan.FromMilliseconds(50);

    public CatalogHarness(int seed = 1, Func<CatalogOptions, CatalogOptions>? with = null)
    {
        var options = new CatalogOptions { NodeName = Node, NodeId = "11111111-1111-1111-1111-111111111111" };
        options = with?.Invoke(options) ?? options;
        Catalog = new Catalog(options, Time, new Random(seed), Log, new InlineWakes());
        Catalog.AnnounceSelf("1.0", 8300);
        if (options.Replicated)
        {
            Catalog.Replica.BeginServing();
        }

        Log.Records.Clear();
    }

    public ManualTime Time { get; } = new(OddFrequency);

    public RecordingLog Log { get; } = new();

    public Catalog Catalog { get; }

    public static CheckDefinition Ttl(double seconds, double deregisterAfter = 0, string? id = null, HealthStatus initial = HealthStatus.Passing) => new()
    {
        Id = id, Name = "ttl", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromSeconds(seconds),
        DeregisterAfter = TimeSpan.FromSeconds(deregisterAfter), InitialStatus = initial,
    };

    public static CheckDefinition Http(int failures = 0, int successes = 0, int warning = 0, HealthStatus initial = HealthStatus.Critical) => new()
    {
        Name = "http", Kind = CheckKind.Http, Http = new HttpProbe("http://127.0.0.1/"), Interval = TimeSpan.FromSeconds(10),
        FailuresBeforeCritical = failures, FailuresBeforeWarning = warning, SuccessBeforePassing = successes, InitialStatus = initial,
    };

    public static InstanceDefinition Define(string service, string id, int port = 80, double lease = 0, params string[] tags) => new()
    {
        Service = service, Id = id, Address = "10.0.0.1", Port = port, Tags = tags, Lease = TimeSpan.FromSeconds(lease),
    };

    public CommandResult Register(string service, string id, params CheckDefinition[] checks) =>
        Catalog.Register(Node, Define(service, id), checks, false, "test");

    public CommandResult Register(InstanceDefinition definition, params CheckDefinition[] checks) =>
        Catalog.Register(Node, definition, checks, false, "test");

    /// <summary>Lets time pass in ticks, as the server's shell does.</summary>
    public void Run(TimeSpan span)
    {
        for (TimeSpan done = TimeSpan.Zero; done < span; done += TickLength)
        {
            Time.Advance(TickLength);
            Catalog.Tick();
        }
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    public Instance? Find(string id) => Catalog.FindInstance(Catalog.LocalNode, id);

    public HealthStatus StatusOf(string id) => Find(id)!.Status;

    public long Index(string service) => Catalog.ServiceIndex(service);

    public string LastCause(string service) => Catalog.TimelineOf(service)[^1].Cause;
}
