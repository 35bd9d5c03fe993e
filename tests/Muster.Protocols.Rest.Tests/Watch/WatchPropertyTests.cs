using System.Text;
using System.Text.Json;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Rest.Watch;

namespace Muster.Protocols.Rest.Tests.Watch;

/// <summary>
/// Random commands, watched by clients that come and go: whatever happens, a client that applies its lines has the list
/// that a query gives. All in one thread, under a clock that moves when told.
/// </summary>
public sealed class WatchPropertyTests
{
    private static readonly string[] s_services = ["s0", "s1", "s2", "never"];
    private static readonly string[] s_nodes = [RestServer.Node, "n2", "n3"];

    [Fact]
    public void Watch_RandomCommandsAndReconnects_EndsWithWhatAQueryGives()
    {
        (int first, int seeds) = (Setting("MUSTER_WATCH_FIRST", 0), Setting("MUSTER_WATCH_SEEDS", 10));
        (int resumed, int resynced) = (0, 0);
        for (int seed = first; seed < first + seeds; seed++)
        {
            TestContext.Current.SendDiagnosticMessage($"seed {seed}");
            var run = new Run(seed);
            run.Go(steps: 120);
            resumed += run.Models.Sum(model => model.Returns.Resumed);
            resynced += run.Models.Sum(model => model.Returns.Resynced);
        }

        // both ways are taken, and often
        Assert.InRange(resumed, 120, int.MaxValue);
        Assert.InRange(resynced, 12, resumed);
    }

    private static int Setting(string name, int fallback) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : fallback;

    private static ServiceQuestion Question(int choice)
    {
        string[] Values(string name) => (choice, name) switch
        {
            (1, "detail") => ["endpoint"],
            (2, "health") => ["usable"],
            (3, "tag") => ["blue"],
            (4, "meta") => ["version=2"],
            (4, "detail") => ["endpoint"],
            (5, "zone") => ["z1"],
            (6, "state") => ["up"],
            _ => [],
        };
        var errors = new FieldErrors();
        ServiceQuestion question = QuestionReader.Read(Values, errors);
        Assert.False(errors.Any);
        return question;
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly ManualTime _time = new();
        private readonly Catalog.Catalog _catalog;
        private readonly bool _pauses;
        private readonly Dictionary<(string, long, ServiceQuestion), IReadOnlyDictionary<string, string>> _queries = [];

        public Run(int seed)
        {
            _random = new Random(seed);
            _pauses = seed % 3 == 0;
            _catalog = new Catalog.Catalog(
                new CatalogOptions
                {
                    NodeName = RestServer.Node, NodeId = "6e1d8f0e-0000-4000-8000-000000000001",
                    MaxRemovals = seed % 2 == 0 ? 6 : 1000, MaxVacantServices = 2,
                },
                _time, new Random(seed), NoChangeLog.Instance, new InlineWakes());
            _catalog.AnnounceSelf("1", 8300);
            var options = new RestOptions { WatchPause = _pauses ? TimeSpan.FromMilliseconds(20) : TimeSpan.Zero, WatchWriteTimeout = TimeSpan.FromDays(1) };
            var streams = new WatchStreams(_catalog, _time, options, runInline: true);
            Models = [.. Enumerable.Range(0, 7).Select(choice => new WatchModel(streams, Question(choice)) { QueryAt = QueryAt(choice), MayForget = seed % 2 == 0 })];
        }

        public WatchModel[] Models { get; }

        private WatchModel Model(int choice) => Models[choice];

        public void Go(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                Change();
                Remember();
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(60)));
                _catalog.Tick();
                Remember();
                foreach (WatchModel model in Models)
                {
                    if (!model.IsOpen || _random.Next(12) == 0 || step == 0)
                    {
                        string[] services = [.. s_services.Where(_ => _random.Next(4) > 0)];
                        model.Connect(services.Length == 0 ? ["s0"] : services, _random, pauseThreshold: _random.Next(2) == 0 ? 0 : 300);
                    }

                    if (_random.Next(3) > 0)
                    {
                        model.Read();
                    }
                }
            }

            Settle();
        }

        /// <summary>When everything has been read, everybody shows what a query gives.</summary>
        private void Settle()
        {
            bool moved = true;
            while (moved)
            {
                _time.Advance(TimeSpan.FromMilliseconds(25));
                moved = false;
                foreach (WatchModel model in Models)
                {
                    moved |= model.Read();
                }
            }

            foreach (WatchModel model in Models)
            {
                foreach (string service in s_services.Where(service => model.Shown(service) is not null))
                {
                    Assert.Equal(Query(service, model.Question), model.Shown(service));
                }

                model.Disconnect();
            }

            Assert.All(s_services, service => Assert.Equal(0, _catalog.ServicePoint(service).Count));
        }

        private void Remember()
        {
            foreach (string service in s_services)
            {
                foreach (WatchModel model in Models)
                {
                    var key = (service, _catalog.ViewService(service).Index, model.Question);
                    if (!_queries.ContainsKey(key))
                    {
                        _queries[key] = Query(service, model.Question);
                    }
                }
            }
        }

        private Func<string, long, IReadOnlyDictionary<string, string>> QueryAt(int choice) =>
            (service, index) => _queries[(service, index, Model(choice).Question)];

        private Dictionary<string, string> Query(string service, ServiceQuestion question)
        {
            ServiceView view = _catalog.ViewService(service);
            var list = new Dictionary<string, string>();
            foreach (Instance instance in question.Filter.Select(view.Snapshot))
            {
                byte[] json = RestCall.Encode(writer => InstanceJson.Write(writer, instance, question.EndpointsOnly)).ToArray();
                list[$"{instance.Node.Name}/{instance.Data.IdText}"] = WatchModel.Essence(json);
            }

            return list;
        }

        private void Change()
        {
            string node = s_nodes[_random.Next(s_nodes.Length)], id = $"i{_random.Next(6)}", service = s_services[_random.Next(3)];
            switch (_random.Next(12))
            {
                case 0:
                    _catalog.RegisterNode(new NodeDefinition { Name = node, Address = $"10.0.0.{_random.Next(3)}", Datacenter = "dc1" });
                    break;
                case 1 when _random.Next(3) == 0:
                    _catalog.DeregisterNode(node, "test");
                    break;
                case < 6:
                    Register(node, id, service);
                    break;
                case 6:
                    _catalog.Deregister(node, id, "test");
                    break;
                case 7:
                    _catalog.ReportCheck(node, $"service:{id}", (HealthStatus)_random.Next(3), $"o{_random.Next(3)}", ReportKind.External);
                    break;
                case 8:
                    _catalog.SetMaintenance(node, _random.Next(4) == 0 ? null : id, _random.Next(2) == 0, "why");
                    break;
                case 9:
                    _catalog.SetState(node, id, (InstanceState)_random.Next(4), "why");
                    break;
                case 10:
                    _catalog.RegisterCheck(node, null, new CheckDefinition { Id = "disk", Name = "disk" }, (HealthStatus)_random.Next(3), $"o{_random.Next(3)}");
                    break;
                default:
                    _time.Advance(TimeSpan.FromSeconds(_random.NextDouble()));
                    break;
            }
        }

        private void Register(string node, string id, string service)
        {
            CheckDefinition[] checks = _random.Next(2) == 0 ? [] : [new CheckDefinition { Name = "c", Kind = CheckKind.External, InitialStatus = (HealthStatus)_random.Next(3) }];
            _catalog.Register(
                node,
                new InstanceDefinition
                {
                    Service = service, Id = id, Address = "10.0.0.1", Port = _random.Next(3), Tags = _random.Next(2) == 0 ? ["blue"] : [],
                    Metadata = [new("version", $"{1 + _random.Next(2)}")], Locality = new Locality("", $"z{_random.Next(2)}"),
                    Lease = TimeSpan.FromSeconds(_random.Next(3) == 0 ? 1 : 0),
                },
                checks, replaceExistingChecks: _random.Next(2) == 0, "test");
        }
    }
}
