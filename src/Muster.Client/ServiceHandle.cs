using System.Runtime.CompilerServices;
using Muster.Client.Balancing;
using Muster.Client.Directory;

namespace Muster.Client;

/// <summary>A service that an application uses: hold it, and each pick costs nanoseconds and no allocation. Thread-safe.</summary>
public sealed class ServiceHandle
{
    private readonly Balancer _balancer;
    private readonly LookupSettings _lookup;
    private volatile Publication _published;

    internal ServiceHandle(string name, Balancer balancer, LookupSettings? lookup = null)
    {
        Name = name;
        _balancer = balancer;
        _lookup = lookup ?? LookupSettings.Unwatched;
        _published = new Publication(ServiceView.Unknown(name), Confirmation.None);
    }

    /// <summary>The service's name.</summary>
    public string Name { get; }

    /// <summary>What is known now; never waits.</summary>
    public ServiceView View => _published.View;

    /// <summary>
    /// How far <see cref="View"/> can be trusted to be current; never waits. Between this and the view a newer list may come:
    /// <see cref="Read"/> gives both as they belong together.
    /// </summary>
    public Freshness Freshness => FreshnessOf(_published);

    internal Balancer Balancer => _balancer;

    /// <summary>The view and its freshness, as they belong together; never waits.</summary>
    public ServiceReading Read()
    {
        Publication published = _published;
        return new ServiceReading(published.View, FreshnessOf(published));
    }

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
        ServiceView view = _published.View;
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
            ServiceView view = _published.View;
            if (view.IsKnown)
            {
                yield return view;
            }

            await view.WhenSuperseded.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a new view and how far the registry stands by it. Called by the directory, one call at a time.</summary>
    internal void Publish(ServiceView view, Confirmation confirmation)
    {
        ServiceView before = _published.View;
        _balancer.Update(view);
        _published = new Publication(view, confirmation);
        before.Supersede();
    }

    /// <summary>Takes a view of whoever knows nothing of confirmations.</summary>
    internal void Publish(ServiceView view) => Publish(view, _published.Confirmation);

    /// <summary>The view stays. Called by the directory, one call at a time.</summary>
    internal void Confirm(Confirmation confirmation)
    {
        Publication published = _published;
        if (!ReferenceEquals(published.Confirmation, confirmation))
        {
            _published = new Publication(published.View, confirmation);
        }
    }

    private Freshness FreshnessOf(Publication published) => published.Confirmation.ToFreshness(_lookup.Now, _lookup.StaleAfter);

    private async Task<ServiceView> WaitForFirstAsync(CancellationToken cancellationToken)
    {
        long begin = _lookup.Time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_lookup.FirstLookupTimeout, _lookup.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            ServiceView view = _published.View;
            while (!view.IsKnown)
            {
                await view.WhenSuperseded.WaitAsync(either.Token).ConfigureAwait(false);
                view = _published.View;
            }

            _lookup.Metrics?.FirstLookup(_lookup.Time.GetElapsedTime(begin), error: null);
            return view;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _lookup.Metrics?.FirstLookup(_lookup.Time.GetElapsedTime(begin), error: "timeout");
            throw new ServiceUnknownException(Name, _lookup.FirstLookupTimeout, _published.Confirmation.StaleReason);
        }
    }

    /// <summary>What is swapped as one, so that nobody reads an old list with the confirmation of a newer one.</summary>
    private sealed record Publication(ServiceView View, Confirmation Confirmation);
}
