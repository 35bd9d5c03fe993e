using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Muster.Client.Tests.Streaming;

/// <summary>A client with short times, and what it counted.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly OwnMeters _meters = new();

    public ClientUnderTest(Uri[] addresses, Action<MusterClientOptions>? configure = null)
    {
        var options = new MusterClientOptions();
        foreach (Uri address in addresses)
        {
            options.Addresses.Add(address);
        }

        options.FirstLookupTimeout = Patience;
        options.Watch.ReconnectFirst = TimeSpan.FromMilliseconds(10);
        options.Watch.ReconnectWindow = TimeSpan.FromMilliseconds(50);
        configure?.Invoke(options);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Owns(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counts.AddOrUpdate(Key(instrument, tags), value, (_, before) => before + value));
        _listener.Start();
        Client = new MusterClient(options, TimeProvider.System, new Random(7), meters: _meters);
    }

    public MusterClient Client { get; }

    /// <summary>A counter's sum, such as <c>answers.rejected/not_json</c>.</summary>
    public long Count(string name) => _counts.GetValueOrDefault("muster.client." + name);

    /// <summary>Waits until the view of a service satisfies a condition.</summary>
    public async Task<ServiceView> SeeAsync(Func<ServiceView, bool> condition, string service = "payments")
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (ServiceView view in Client.Service(service).WatchAsync(patience.Token))
        {
            if (condition(view))
            {
                return view;
            }
        }

        throw new InvalidOperationException("a watch does not end");
    }

    public Task<ServiceView> SeeAsync(string ids, string service = "payments") => SeeAsync(view => Ids(view) == ids, service);

    /// <summary>Waits for something that has no signal of its own.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, patience.Token);
        }
    }

    public static string Ids(ServiceView view) => string.Join(' ', view.Instances.Select(instance => instance.Id));

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _listener.Dispose();
    }

    private static string Key(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        tags.IsEmpty ? instrument.Name : $"{instrument.Name}/{tags[0].Value}";

    private sealed class OwnMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options.Name, options.Version, options.Tags, this);
            _meters.Add(meter);
            return meter;
        }

        public bool Owns(Meter meter) => ReferenceEquals(meter.Scope, this);

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
