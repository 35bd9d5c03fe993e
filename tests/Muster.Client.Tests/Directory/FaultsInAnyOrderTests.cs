using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;
using Muster.Client.Tests.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>Any interleaving of changes, breaks, lies and losses, replayable from its seed.</summary>
public sealed class FaultsInAnyOrderTests
{
    private const int Steps = 150;
    private static readonly EvidenceOptions Rules = new();

    [Theory]
    [MemberData(nameof(FaultSeeds.Groups), MemberType = typeof(FaultSeeds))]
    public void View_RegistryKeepsItsData_IsAlwaysAListThatWasPublished(int firstSeed) => FaultSeeds.Each(firstSeed, seed =>
    {
        var run = new Run(seed);
        for (var step = 0; step < Steps; step++)
        {
            run.Step(mayLose: false);
            Assert.Contains(run.List, run.Registry.Lists);
        }

        run.Heal();
        Assert.Equal(run.Registry.Current, run.List);
    });

    [Theory]
    [MemberData(nameof(FaultSeeds.Groups), MemberType = typeof(FaultSeeds))]
    public void View_AnyFault_LosesNothingWithoutEvidence(int firstSeed) => FaultSeeds.Each(firstSeed, seed =>
    {
        var run = new Run(seed);
        for (var step = 0; step < Steps; step++)
        {
            string before = run.List;
            run.Released = false;
            run.Step(mayLose: true);
            Assert.All(run.List.Split(' ', StringSplitOptions.RemoveEmptyEntries), instance => Assert.Contains(instance, run.Registry.Instances));
            if (run.List.Length == 0 && before.Length > 0 && !run.Released)
            {
                Assert.All(before.Split(' '), instance => Assert.Contains(instance, run.Registry.Explained));
            }
        }

        run.Heal();
        Assert.Equal(run.Registry.Current, run.List);
    });

    [Fact]
    public void TryRead_DamagedLines_NeverThrows()
    {
        byte[][] corpus =
        [
            .. new[]
            {
                Lines.Hello, Lines.Idle, Lines.Bye(2), Lines.Resumed(4), Lines.Changed(5, "a"), Lines.Removed(6, "a"),
                Lines.Snapshot(10, ["a", "b"], [Lines.Removal("c")]), Lines.Answer(3, ["a"]),
            }.Select(Encoding.UTF8.GetBytes),
        ];
        var mutator = new JsonMutator(20261121);
        for (var i = 0; i < 5_000; i++)
        {
            byte[] line = mutator.Next(corpus);
            StreamLineReader.TryRead(line, 100, out _, out _);
            StreamLineReader.ReadAnswer(line, "payments", 100, out _);
        }
    }

    /// <summary>One client's entry and its registry, with a network between them that does what it likes.</summary>
    private sealed class Run
    {
        private readonly Random _random;
        private readonly DirectoryEntry _entry = new("payments", Rules, maxInstances: 50);
        private TimeSpan _now;
        private bool _isConnected;

        public Run(int seed)
        {
            _random = new Random(seed);
            Registry = new ModelRegistry(_random);
        }

        public ModelRegistry Registry { get; }

        public string List => ModelRegistry.ListOf(_entry.View);

        /// <summary>True when instances were given up after enough confirmations.</summary>
        public bool Released { get; set; }

        public void Step(bool mayLose)
        {
            _now += TimeSpan.FromSeconds(_random.Next(8));
            switch (_random.Next(mayLose ? 11 : 7))
            {
                case <= 3:
                    Hear(Registry.Change());
                    break;
                case 4:
                    Break();
                    break;
                case 5:
                    Connect();
                    break;
                case 6:
                    Lie();
                    break;
                case 7 when !_isConnected:
                    Poll();
                    break;
                case 8 when _isConnected:
                    Take(new RegistryNews.StillSo());
                    break;
                case 9 when _isConnected && _random.Next(4) == 0:
                    // the list of another cluster, or of one that remembers only the past
                    Say(_random.Next(2) == 0 ? Lines.Snapshot(1000, []) : Registry.OldEvidence());
                    break;
                case 10 when _random.Next(4) == 0:
                    Break();
                    Registry.LoseAll();
                    break;
                default:
                    break;
            }
        }

        /// <summary>Everything works again, for long enough.</summary>
        public void Heal()
        {
            Break();
            Registry.Change();
            _isConnected = true;
            Take(new RegistryNews.StreamBegan());
            Array.ForEach(Registry.Answer(_entry.Cursor), Say);
            for (var i = 0; i < Rules.Confirmations; i++)
            {
                _now += Rules.Period;
                Take(new RegistryNews.StillSo());
            }
        }

        private void Connect()
        {
            Break();
            _isConnected = true;
            Take(new RegistryNews.StreamBegan());
            Hear(Registry.Answer(_entry.Cursor));
        }

        private void Break()
        {
            _isConnected = false;
            Take(new RegistryNews.StreamEnded());
        }

        private void Poll()
        {
            RegistryNews.Listed? list = StreamLineReader.ReadAnswer(Encoding.UTF8.GetBytes(Registry.PollAnswer()[0]), "payments", 50, out _);
            Take(list!);
        }

        private void Hear(string[] lines)
        {
            foreach (string line in lines)
            {
                if (_isConnected && _random.Next(12) == 0)
                {
                    Break();
                }

                if (_isConnected)
                {
                    Say(_random.Next(25) == 0 ? line.Replace("\"index\":", "\"index\":\"seven\",\"other\":", StringComparison.Ordinal) : line);
                }
            }
        }

        private void Lie()
        {
            if (!_isConnected)
            {
                return;
            }

            switch (_random.Next(5))
            {
                case 0:
                    string line = Registry.Answer(null)[0];
                    Say(line[.._random.Next(60, line.Length)]);
                    Break();
                    break;
                case 1:
                    Say(Lines.Changed(2000, Lines.Instance("z", port: 70000)));
                    break;
                case 2:
                    Say(Lines.Snapshot(2000, ["y", "y"]));
                    break;
                case 3:
                    Say(Lines.Removed(-1, "a"));
                    break;
                default:
                    Say("<html>");
                    Break();
                    break;
            }
        }

        private void Say(string text)
        {
            if (StreamLineReader.TryRead(Encoding.UTF8.GetBytes(text), 50, out StreamLine line, out RejectReason reason))
            {
                Take(line.News!);
            }
            else if (line.Service is not null)
            {
                Take(new RegistryNews.Garbled(reason));
            }
        }

        private void Take(RegistryNews news) => Released |= _entry.Apply(news, _now).Released.Length > 0;
    }
}
