using System.Diagnostics;
using Muster.Client;
using Muster.Client.Balancing;

namespace Muster.FunctionalTests.Staleness;

/// <summary>Registers victims beside survivors, and looks for them through every interface of a server.</summary>
internal sealed class StalenessProbe : IAsyncDisposable
{
    private const string Consul = "Consul", Rest = "REST", Dns = "DNS", Watch = "watch", Client = "client";

    private const int TicksForARequest = 5;

    private readonly RunningAgent _agent;
    private readonly string _kind;
    private readonly TimeSpan _ttl;
    private readonly DnsClient _dns;
    private readonly MusterClient _client;
    private WatchedServices? _watch;
    private int _ticks;

    public StalenessProbe(RunningAgent agent, ManualTime time, string kind, TimeSpan ttl)
    {
        _agent = agent;
        Time = time;
        _kind = kind;
        _ttl = ttl;
        _dns = new DnsClient(agent.Agent.DnsEndPoints[0]);
        var options = new MusterClientOptions();
        options.Addresses.Add(agent.Client.BaseAddress!);
        _client = new MusterClient(options, time, new Random(1));
    }

    /// <summary>Every way to ask.</summary>
    public static IReadOnlyList<string> Interfaces { get; } = [Consul, Rest, Dns, Watch, Client];

    public ManualTime Time { get; }

    /// <summary>Registers each victim with a lease or a TTL check, and a survivor that nothing watches beside it.</summary>
    public async Task RegisterAsync(IReadOnlyList<Victim> victims)
    {
        foreach (Victim victim in victims)
        {
            await _agent.RegisterAsync($$"""{"ID":"survivor-{{victim.Number}}","Name":"{{victim.Service}}","Address":"{{victim.SurvivorAddress}}","Port":80}""");
            if (_kind == "lease")
            {
                using var body = new StringContent(
                    $$"""{"service":"{{victim.Service}}","id":"{{victim.Id}}","address":"{{victim.Address}}","port":80,"leaseSeconds":{{_ttl.TotalSeconds}}}""",
                    new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
                using HttpResponseMessage answer = await _agent.Client.PostAsync(new Uri("/api/v1/instances", UriKind.Relative), body);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }
            else
            {
                await _agent.RegisterAsync($$"""{"ID":"{{victim.Id}}","Name":"{{victim.Service}}","Address":"{{victim.Address}}","Port":80,"Check":{"CheckID":"{{victim.Id}}","TTL":"{{_ttl.TotalSeconds}}s"} }""");
                await HeartbeatAsync(victim);
            }
        }

        _watch = await WatchedServices.StartAsync(_agent.Client, victims.Select(victim => victim.Service));
        foreach (Victim victim in victims)
        {
            _client.Service(victim.Service);
            await SeenAsync(() => _watch.Has(victim.Id), "the watch has every victim");
        }

        foreach (Victim victim in victims)
        {
            await SeenAsync(
                () =>
                {
                    // the client waits a moment for further services before it opens its stream anew
                    Time.Advance(TimeSpan.FromMilliseconds(1));
                    return IsPicked(victim);
                },
                "the client has every victim");
        }
    }

    public async Task HeartbeatAsync(Victim victim)
    {
        using HttpResponseMessage answer = await _agent.PutAsync(
            _kind == "lease" ? $"/api/v1/instances/{victim.Id}/renew" : $"/v1/agent/check/pass/{victim.Id}");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// What is due in the catalog happens now: the server's own ticker does the same on the thread pool, some real
    /// microseconds later, while the clock of the test would have moved on. A request now and then keeps the clock from
    /// running away from the connections, whose time-outs it measures too.
    /// </summary>
    public async Task TickAsync()
    {
        _agent.Agent.Catalog.Tick();
        if (++_ticks % TicksForARequest == 0)
        {
            await _agent.GetAsync("/health/live");
        }
    }

    /// <summary>Asks every interface for the victim, and keeps the moment for those that have it no more.</summary>
    public async Task LookAsync(Victim victim, TimeSpan now)
    {
        string consul = await _agent.GetAsync($"/v1/health/service/{victim.Service}?passing");
        Note(victim, Consul, now, consul.Contains($"\"{victim.Id}\"", StringComparison.Ordinal));
        Assert.Contains("survivor", consul, StringComparison.Ordinal);
        string rest = await _agent.GetAsync($"/api/v1/services/{victim.Service}?health=usable");
        Note(victim, Rest, now, rest.Contains($"\"{victim.Id}\"", StringComparison.Ordinal));
        IReadOnlyList<System.Net.IPAddress> addresses = await _dns.AddressesAsync($"{victim.Service}.service.consul");
        Note(victim, Dns, now, addresses.Any(address => address.ToString() == victim.Address));
        if (victim.Gone.ContainsKey(Consul))
        {
            // pushed, so it may take real microseconds more; no time of the test's passes meanwhile
            await SeenAsync(() => !_watch!.Has(victim.Id), "the watch says that it left");
            await SeenAsync(() => !IsPicked(victim), "the client stops using it");
        }

        Note(victim, Watch, now, _watch!.Has(victim.Id));
        Note(victim, Client, now, IsPicked(victim));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _dns.Dispose();
        if (_watch is { } watch)
        {
            await watch.DisposeAsync();
        }
    }

    private static void Note(Victim victim, string way, TimeSpan now, bool isThere)
    {
        if (isThere)
        {
            Assert.False(victim.Gone.ContainsKey(way), $"{way} took {victim.Id} back");
        }
        else
        {
            victim.Gone.TryAdd(way, now);
        }
    }

    /// <summary>Whether the client gives out the victim; it has two instances to take turns with.</summary>
    private bool IsPicked(Victim victim)
    {
        ServiceHandle handle = _client.Service(victim.Service);
        for (int i = 0; i < 4; i++)
        {
            if (handle.Pick() is { } target && target.Instance.Id == victim.Id)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task SeenAsync(Func<bool> condition, string what)
    {
        long began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "not within 10 s: " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
    }
}
