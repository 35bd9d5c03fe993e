using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Muster.Client.Registration;

/// <summary>
/// Keeps instances of this process registered: registers in the background, renews at a third of the lease, registers again
/// when the registry lost them, and takes them out in order when the process stops. A registry that does not answer neither
/// fails a start (unless <see cref="RegistrationOptions.Required"/>) nor holds up a stop. Thread-safe.
/// </summary>
public sealed partial class Registrar : IAsyncDisposable, IDisposable
{
    private readonly RegistrationOptions _options;
    private readonly RegistryWriter _writer;
    private readonly RenewalPace _pace;
    private readonly RegistrationMetrics _metrics;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly long _startedAt;
    private ImmutableArray<RegisteredInstance> _entries = [];
    private TaskCompletionSource _wake = NewWake();
    private Task _loop = Task.CompletedTask;
    private Task? _stop;
    private volatile bool _stopping;

    /// <summary>Makes a registrar that speaks to the registry of a client; nothing is contacted before the first registration.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message has all errors.</exception>
    public Registrar(MusterClient client, RegistrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();
        options.Validate("", errors);
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        _options = options;
        Time = client.Time;
        _pace = new RenewalPace(options.Lease, client.Random);
        _log = client.Loggers.CreateLogger("Muster.Client.Registration");
        _metrics = new RegistrationMetrics(client.Metrics.Meter, this);
        TimeSpan timeout = options.RequestTimeout < options.Lease / 3 ? options.RequestTimeout : options.Lease / 3;
        _writer = new RegistryWriter(client.Servers, client.Http, timeout, Time);
        _startedAt = Time.GetTimestamp();
        Epoch = Time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>
    /// This process's epoch: when the registrar was made, in milliseconds since 1970. The registry refuses writes of a lower
    /// epoch than an instance's own, so a process that lingers cannot take out its successor.
    /// </summary>
    public long Epoch { get; }

    /// <summary>What is registered here, in the order of registration.</summary>
    public IReadOnlyList<RegisteredInstance> Instances
    {
        get
        {
            lock (_gate)
            {
                return _entries;
            }
        }
    }

    internal TimeSpan Lease => _options.Lease;

    internal TimeProvider Time { get; }

    /// <summary>
    /// Registers an instance: call it when the port is open. Returns at once and goes on in the background; with
    /// <see cref="RegistrationOptions.Required"/> it waits for the acknowledgement.
    /// </summary>
    /// <exception cref="ArgumentException">The registration is not valid; the message lists everything that is wrong.</exception>
    /// <exception cref="RegistrationException">It is required, and was not acknowledged in time.</exception>
    public async Task<RegisteredInstance> RegisterAsync(InstanceRegistration instance, CancellationToken cancellation = default)
    {
        var errors = new List<string>();
        instance.Validate(errors);
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(instance));
        }

        RegisteredInstance entry = Add(instance);
        if (_options.Required)
        {
            await RequireAsync(entry, cancellation).ConfigureAwait(false);
        }

        return entry;
    }

    /// <summary>Renews all registrations now, without waiting for their time: for one who has reason to think that the registry lost them.</summary>
    public void RenewNow()
    {
        lock (_gate)
        {
            long now = Time.GetTimestamp();
            foreach (RegisteredInstance entry in _entries)
            {
                entry.DueAt = now;
            }
        }

        Wake();
    }

    /// <summary>
    /// Takes everything out: marks the instances draining, deregisters them, waits the drain period. The registry has
    /// <see cref="RegistrationOptions.StopTimeout"/> for all of it; whatever it does not hear by then ends with its lease.
    /// </summary>
    /// <param name="cancellation">Cuts the stop short.</param>
    public Task StopAsync(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            return _stop ??= StopOnceAsync(cancellation);
        }
    }

    /// <summary>Lets go of everything without telling the registry: call <see cref="StopAsync"/> before.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _abort.CancelAsync().ConfigureAwait(false);
        Wake();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (RegisteredInstance entry in Instances)
        {
            entry.End();
        }
    }

    /// <summary>As <see cref="DisposeAsync"/>, for containers that are disposed in the old way; waits for what is under way.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    internal void RenewNow(RegisteredInstance entry)
    {
        lock (_gate)
        {
            entry.DueAt = Time.GetTimestamp();
        }

        Wake();
    }

    private RegisteredInstance Add(InstanceRegistration instance)
    {
        RegisteredInstance entry;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            entry = new RegisteredInstance(this, instance, Epoch, Time.GetTimestamp());
            _entries = _entries.Add(entry);
            if (_entries.Length == 1)
            {
                // the loop outlives whoever registers, and must not keep what that call carries
                using (ExecutionContext.SuppressFlow())
                {
                    _loop = Task.Run(RunAsync);
                }
            }
        }

        Wake();
        return entry;
    }

    private async Task RequireAsync(RegisteredInstance entry, CancellationToken cancellation)
    {
        try
        {
            await entry.Settled.WaitAsync(_options.RequiredTimeout, Time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new RegistrationException(
                $"Instance '{entry.Instance.Id}' of '{entry.Instance.Service}' could not be registered within {_options.RequiredTimeout.TotalSeconds} s: {entry.Status.Error}",
                late);
        }
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake() => Interlocked.Exchange(ref _wake, NewWake()).TrySetResult();
}
