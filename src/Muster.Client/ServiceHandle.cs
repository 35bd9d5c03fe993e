using System.Runtime.CompilerServices;
using Muster.Client.Balancing;
using Muster.Client.Directory;

namespace Muster.Client;

/// <summary>A service that an application uses: hold it, and each pick costs nanoseconds and no allocation. Thread-safe.</summary>
public sealed class ServiceHandle
{
    private readonly Balancer _balancer;
    private readonly LookupSettings _lookup;
    private volatile ServiceView _view;

    internal ServiceHandle(string name, Balancer balancer, LookupSettings? lookup = null)
    {
        Name = name;
        _balancer = balancer;
        _lookup = lookup ?? LookupSettings.Unwatched;
        _view = ServiceView.Unknown(name);
    }

    /// <summary>The service's name.</summary>
    public string Name { get; }

    /// <summary>What is known now; never waits.</summary>
    public ServiceView View => _view;

    /// <summary>How far <see cref="View"/> can be trusted to be current; never waits.</summary>
    public Freshness Freshness => Confirmations.ToFreshness(_lookup.Now, _lookup.StaleAfter);

    internal Balancer Balancer => _balancer;

    /// <summary>When the registry last confirmed the view. Written by the directory.</summary>
    internal ConfirmationRecord Confirmations { get; } = new();

    /// <summary>An instance to call now, by the service's policy; null when none is known. Never waits.</summary>
    public Target? Pick() => _balancer.Pick();

    /// <summary>An instance to call, for a request with a sticky key or after failed attempts; null when none is known.</summary>
    public Target? Pick(in PickContext context) => _balancer.Pick(context);

    /// <summary>
    /// The view, at once if anything is known. Only the very first lookup waits, for at most
    /// <see cref="MusterClientOptions.FirstLookupTimeout"/>.
    /// </summary>
    /// <exception cref="ServiceUnknownException">Nothing was known in time.</exception>
    public ValueTask<ServiceView> GetAsync(CancellationToken cancellationToken = default)
    {
        ServiceView view = _view;
        return view.IsKnown ? new ValueTask<ServiceView>(view) : new ValueTask<ServiceView>(WaitForFirstAsync(cancellationToken));
    }

    /// <summary>
    /// The view, and each newer one, until cancelled. A slow reader gets the latest one and never a backlog. Does not yield
    /// before anything is known, and does not fail when the registry does.
    /// </summary>
    public async IAsyncEnumerable<ServiceView> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ServiceView view = _view;
            if (view.IsKnown)
            {
                yield return view;
            }

            await view.WhenSuperseded.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a new view. Called by the directory, one call at a time.</summary>
    internal void Publish(ServiceView view)
    {
        ServiceView before = _view;
        _balancer.Update(view);
        _view = view;
        before.Supersede();
    }

    private async Task<ServiceView> WaitForFirstAsync(CancellationToken cancellationToken)
    {
        long begin = _lookup.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_lookup.FirstLookupTimeout, _lookup.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            ServiceView view = _view;
            while (!view.IsKnown)
            {
                await view.WhenSuperseded.WaitAsync(either.Token).ConfigureAwait(false);
                view = _view;
            }

            _lookup.Metrics?.FirstLookup(_lookup.Time.GetElapsedTime(begin), error: null);
            return view;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _lookup.Metrics?.FirstLookup(_lookup.Time.GetElapsedTime(begin), error: "timeout");
            throw new ServiceUnknownException(Name, _lookup.FirstLookupTimeout, Confirmations.StaleReason);
        }
    }
}
