using System.Text;
using Muster.Client.Directory;
using Muster.Client.Streaming;

namespace Muster.Client.Tests.Directory;

/// <summary>A client that goes from server to server of a cluster, of which none has heard everything. Replayable from its seed.</summary>
public sealed class ServersBehindTests
{
    private const int Steps = 200;
    private static readonly EvidenceOptions Rules = new();

    [Theory]
    [MemberData(nameof(FaultSeeds.Groups), MemberType = typeof(FaultSeeds))]
    public void View_AnyServerAnswers_NeverGoesBackAndHidesNothingForLong(int firstSeed) => FaultSeeds.Each(firstSeed, seed =>
    {
        var run = new Run(seed);
        for (var step = 0; step < Steps; step++)
        {
            run.Step();
        }

        run.Heal();
    });

    private sealed class Run
    {
        private readonly Random _random;
        private readonly LaggingCluster _cluster;
        private readonly DirectoryEntry _entry = new("payments", Rules, maxInstances: 50);

        /// <summary>The port with which each instance is answered, and since when.</summary>
        private readonly Dictionary<string, (int Port, TimeSpan Since)> _answered = [];

        /// <summary>When each instance was last lost.</summary>
        private readonly Dictionary<string, TimeSpan> _lost = [];
        private TimeSpan _now;
        private TimeSpan _heardAt;
        private int _server;

        public Run(int seed)
        {
            _random = new Random(seed);
            _cluster = new LaggingCluster(_random, servers: 3);
            TurnTo(0);
        }

        public void Step()
        {
            _now += TimeSpan.FromSeconds(_random.Next(15));
            switch (_random.Next(8))
            {
                case <= 2:
                    _cluster.Write();
                    break;
                case <= 5:
                    int server = _random.Next(_cluster.Servers);
                    string[] lines = _cluster.Hear(server);
                    if (server == _server)
                    {
                        Array.ForEach(lines, Say);
                    }

                    break;
                case 6:
                    TurnTo(_random.Next(_cluster.Servers));
                    break;
                default:
                    Take(new RegistryNews.StillSo());
                    break;
            }

            Judge();
        }

        /// <summary>Everybody hears everything.</summary>
        public void Heal()
        {
            _cluster.HearAll();
            TurnTo(_random.Next(_cluster.Servers));
            for (var i = 0; i < Rules.Confirmations; i++)
            {
                _now += Rules.Period;
                Take(new RegistryNews.StillSo());
            }

            Assert.Equal(_cluster.Current, ModelRegistry.ListOf(_entry.View));
        }

        private void Judge()
        {
            foreach ((string id, (int port, TimeSpan since)) in _answered)
            {
                ServiceInstance? now = _entry.View.Instances.FirstOrDefault(instance => instance.Id == id);
                Assert.True(now is null || now.Port >= port || _now - since >= Rules.Period, $"{id}:{now?.Port} is answered, and it was {port} before");
                if (now is null)
                {
                    _lost[id] = _now;
                }
            }

            foreach ((string id, int port) in _cluster.ListedBy(_server))
            {
                bool isAnswered = _entry.View.Instances.Any(instance => instance.Id == id && instance.Port >= port);
                bool isGone = _lost.TryGetValue(id, out TimeSpan lost) && _heardAt - lost < Rules.Period;
                Assert.True(isAnswered || isGone, $"{id}:{port} is listed and not answered");
            }

            foreach (ServiceInstance instance in _entry.View.Instances)
            {
                if (!_answered.TryGetValue(instance.Id, out (int Port, TimeSpan) known) || known.Port != instance.Port)
                {
                    _answered[instance.Id] = (instance.Port, _now);
                }
            }

            foreach (string id in _answered.Keys)
            {
                if (_entry.View.Instances.All(instance => instance.Id != id))
                {
                    _answered.Remove(id);
                }
            }
        }

        private void TurnTo(int server)
        {
            _server = server;
            Take(new RegistryNews.StreamEnded());
            Take(new RegistryNews.StreamBegan());
            Say(_cluster.List(server));
        }

        private void Say(string text)
        {
            Assert.True(StreamLineReader.TryRead(Encoding.UTF8.GetBytes(text), 50, out StreamLine line, out RejectReason reason), $"{reason}: {text}");
            Take(line.News!);
        }

        private void Take(RegistryNews news)
        {
            _entry.Apply(news, _now);
            _heardAt = _now;
        }
    }
}
