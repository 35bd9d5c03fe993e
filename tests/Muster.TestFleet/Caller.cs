using System.Diagnostics;
using Muster.Client;

namespace Muster.TestFleet;

/// <summary>One client of the registry and one HttpClient on top of it, as an application has them.</summary>
internal sealed class Caller : IAsyncDisposable
{
    private readonly MusterClient _client;
    private readonly ServiceHandle _handle;
    private readonly HttpClient _http;
    private int _underWay;

    public Caller(Arguments arguments, int number)
    {
        Number = number;
        string service = arguments.Required("service");
        _client = Clients.Make(arguments, number);
        _handle = _client.Service(service);
        _http = Clients.MakeHttp(_client, new AttemptCounter { InnerHandler = new SocketsHttpHandler() });
        _http.BaseAddress = new Uri($"http://{service}");
        _http.Timeout = TimeSpan.FromMilliseconds(arguments.Number("timeout", 30_000));
    }

    public int Number { get; }

    /// <summary>How many of its calls have begun and not ended.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>What it knows of its service.</summary>
    public ServiceReading Read() => _handle.Read();

    /// <summary>Waits for the first answer, as the first call would.</summary>
    public async Task BeginAsync() => await _handle.GetAsync(CancellationToken.None);

    public void Enter() => Interlocked.Increment(ref _underWay);

    public void Leave() => Interlocked.Decrement(ref _underWay);

    /// <summary>Finds an instance as code without HttpClient does, by name, and takes the time.</summary>
    public void LookUp(CallerCounts counts, LatencyHistogram latencies)
    {
        long began = Stopwatch.GetTimestamp();
        bool found = _client.Service(_handle.Name).Pick() is not null;
        latencies.Record(began, Stopwatch.GetTimestamp());
        if (!found)
        {
            counts.AddFailedLookup();
        }
    }

    /// <summary>One call; what came of it is in the counts.</summary>
    public async Task CallAsync(CallerCounts counts)
    {
        counts.AddCall();
        var record = new CallRecord(counts);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
            request.Options.Set(CallRecord.Key, record);
            using HttpResponseMessage answer = await _http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                counts.AddAnswer(await answer.Content.ReadAsStringAsync());
            }
            else
            {
                counts.AddFailure($"status {(int)answer.StatusCode}");
            }
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            counts.AddFailure($"{error.GetType().Name}: {error.Message}");
        }

        counts.AddFailedAttemptsOfACall(record.FailedAttempts);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _client.DisposeAsync();
    }
}
