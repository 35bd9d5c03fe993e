using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Muster.Client.Hosting.Options;
using Muster.Client.Registration;

namespace Muster.Client.Hosting.Registration;

/// <summary>
/// Ties the registration to the host's life. All servers of the host have started when it registers, so the port is open and
/// known; it takes the instance out before any of them is asked to stop.
/// </summary>
/// <remarks>
/// The host makes its services before it validates options. What depends on options is therefore made when it starts, so
/// that a start reports all errors and not only the first.
/// </remarks>
internal sealed partial class RegistrationService(
    ReadinessGate readiness,
    IHostNetwork network,
    TimeProvider time,
    IServiceProvider services,
    ILogger<RegistrationService> log) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _registering = Task.CompletedTask;
    private Task _gettingReady = Task.CompletedTask;
    private Registrar? _registrar;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        MusterRegistrationOptions settings = services.GetRequiredService<IOptions<MusterRegistrationOptions>>().Value;
        _registrar = services.GetRequiredService<Registrar>();
        AdvertisedPorts ports = AdvertisedPorts.Choose(ServerAddresses.Of(services), settings.Scheme, settings.Port, settings.Ports.AsReadOnly())
            ?? throw new InvalidOperationException(
                $"{MusterSections.Registration}:{nameof(settings.Port)}: the host listens on no TCP port that could be registered; give the port, or 0 for none");
        Task registration = RegisterAsync(_registrar, settings, ports);
        if (settings.Required)
        {
            await RequireAsync(registration, _registrar, cancellationToken).ConfigureAwait(false);
            return;
        }

        _registering = registration;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _registering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _gettingReady.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_registrar is not null)
        {
            await _registrar.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    private static async Task RequireAsync(Task registration, Registrar registrar, CancellationToken cancellationToken)
    {
        try
        {
            await registration.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // the host will not run, and nobody will ask it to stop: what the registry may have heard is taken back here
            await registrar.StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RegisterAsync(Registrar registrar, MusterRegistrationOptions settings, AdvertisedPorts ports)
    {
        // the host goes on at once; finding an address may ask DNS
        await Task.Yield();
        try
        {
            MusterClientOptions client = services.GetRequiredService<MusterClient>().Options;
            Uri registry = client.Addresses.FirstOrDefault() ?? MusterClientOptions.DefaultAddress;
            string address = await AdvertisedAddress.FindAsync(settings.Address, ports.Main, registry, network, time, _stop.Token).ConfigureAwait(false);
            if (ports.Main is { IsLoopback: true } && !registry.IsLoopback)
            {
                Log.OnlyLocal(log, ports.Main.Host, registry);
            }

            InstanceRegistration instance = Describe(settings, client, ports, address);
            RegisteredInstance entry = await registrar.RegisterAsync(instance, _stop.Token).ConfigureAwait(false);
            if (settings.WaitForReady)
            {
                _gettingReady = MarkUpWhenReadyAsync(entry, settings.ReadyTag);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the host stops before it was registered
        }
        catch (Exception failure) when (!settings.Required)
        {
            Log.Failed(log, failure);
        }
    }

    private async Task MarkUpWhenReadyAsync(RegisteredInstance entry, string tag)
    {
        if (await readiness.WaitAsync(tag, _stop.Token).ConfigureAwait(false))
        {
            Log.Ready(log, entry.Instance.Id);
            entry.MarkUp();
        }
    }

    private InstanceRegistration Describe(MusterRegistrationOptions settings, MusterClientOptions client, AdvertisedPorts ports, string address) => new()
    {
        Service = settings.Service,
        Id = settings.Id ?? $"{settings.Service}-{network.MachineName.ToLowerInvariant()}-{ports.Port}",
        Node = settings.Node,
        Address = address,
        Port = ports.Port,
        Ports = ports.Ports,
        Tags = [.. settings.Tags],
        Metadata = settings.Metadata.AsReadOnly(),
        Weight = settings.Weight,
        WarningWeight = settings.WarningWeight,
        Region = client.Region,
        Zone = client.Zone,
        Starting = settings.WaitForReady,
        Checks = settings.HealthPath is { } path && ports.Port > 0 ? [Probe(settings, ports, address, path)] : [],
    };

    private static InstanceCheck Probe(MusterRegistrationOptions settings, AdvertisedPorts ports, string address, string path)
    {
        string host = address.Contains(':') ? $"[{address}]" : address;
        string scheme = ports.Main?.Scheme ?? settings.Scheme ?? "http";
        return new InstanceCheck { Name = path, Http = new Uri($"{scheme}://{host}:{ports.Port}{path}"), Interval = settings.HealthInterval };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The web server is bound to {Host}, which only this machine reaches, but the registry is at {Registry}. Bind to another address or set Muster:Registration:Address.", EventName = "OnlyLocal")]
        public static partial void OnlyLocal(ILogger log, string host, Uri registry);

        [LoggerMessage(2, LogLevel.Error, "The host could not be registered.", EventName = "Failed")]
        public static partial void Failed(ILogger log, Exception failure);

        [LoggerMessage(3, LogLevel.Information, "Instance '{Id}' is ready and takes traffic.", EventName = "Ready")]
        public static partial void Ready(ILogger log, string id);
    }
}
