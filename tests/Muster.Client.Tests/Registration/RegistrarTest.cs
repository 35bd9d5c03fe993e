using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

/// <summary>Registrars on one clock that moves when told, in front of one registry.</summary>
public abstract class RegistrarTest : IAsyncDisposable
{
    /// <summary>Unlike any other time, so that it can be told from them.</summary>
    private protected static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(4.321);

    private readonly List<Registrar> _registrars = [];
    private readonly List<MusterClient> _clients = [];

    private protected ManualTime Time { get; } = new(10_000_019);

    private protected FakeRegistry Registry { get; } = new();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (Registrar registrar in _registrars)
        {
            await registrar.DisposeAsync();
        }

        foreach (MusterClient client in _clients)
        {
            await client.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected static InstanceRegistration Instance(string id) => new() { Service = "payments", Id = id, Address = "10.0.0.1", Port = 8080 };

    private protected Registrar Make(RegistrationOptions? options = null, params string[] servers)
    {
        var registrar = new Registrar(Client(servers), options ?? new RegistrationOptions { RequestTimeout = RequestTimeout });
        _registrars.Add(registrar);
        return registrar;
    }

    private protected async Task StopAsync(Registrar registrar)
    {
        Task stop = registrar.StopAsync();
        await UntilAsync(() => stop.IsCompleted || Time.DueTimes.Contains(TimeSpan.FromSeconds(5)));
        Time.Advance(TimeSpan.FromSeconds(5));
        await stop;
    }

    /// <summary>Waits until every loop has lain down, or waits for an answer that does not come; returns when the first wakes.</summary>
    private protected async Task<TimeSpan> QuietAsync()
    {
        await UntilAsync(() =>
        {
            IReadOnlyList<TimeSpan> due = Time.DueTimes;
            return due.Count >= _registrars.Count && due.Contains(RequestTimeout) == Registry.Hangs;
        });
        return Time.DueTimes.Min();
    }

    private protected async Task PassAsync(TimeSpan time)
    {
        await QuietAsync();
        Time.Advance(time);
        await QuietAsync();
    }

    private protected static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, "it did not come about within 10 s");
            await Task.Yield();
        }
    }

    private MusterClient Client(params string[] servers)
    {
        var options = new MusterClientOptions { HttpHandler = () => Registry };
        foreach (string server in servers)
        {
            options.Addresses.Add(new Uri(server));
        }

        var client = new MusterClient(options, Time, new Random(7));
        _clients.Add(client);
        return client;
    }
}
