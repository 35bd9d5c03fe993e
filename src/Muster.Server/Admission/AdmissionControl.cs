using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Muster.Server.Admission;

/// <summary>
/// Decides what each client may use, so that one that asks for too much is refused and the others do not notice. The
/// limits of all clients together are behind it, for many clients that ask for a little too much.
/// </summary>
internal sealed class AdmissionControl(AdmissionLimits limits, TimeProvider time)
{
    private static readonly Action NothingToEnd = static () => { };

    private readonly ClientTable _clients = new(time);
    private readonly long[] _refusals = new long[Enum.GetValues<RefusalReason>().Length];
    private volatile AdmissionLimits _limits = limits;
    private int _connections;

    /// <summary>The limits in force; those set later hold for what comes later.</summary>
    public AdmissionLimits Limits
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>Open connections, exempt ones included.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How often a limit refused somebody.</summary>
    public long RefusalsFor(RefusalReason reason) => Volatile.Read(ref _refusals[(int)reason]);

    /// <summary>Adds the instruments to a meter.</summary>
    public void AddTo(Meter meter)
    {
        meter.CreateObservableGauge("muster.http.connections", () => Connections, "{connection}", "Open HTTP connections");
        meter.CreateObservableGauge("muster.http.clients", () => _clients.Count, "{client}", "Client addresses that limits count");
        meter.CreateObservableCounter("muster.http.refusals", Refusals, "{refusal}", "Connections and requests refused with 429, by limit");
    }

    /// <summary>
    /// Counts a connection, which <see cref="Close"/> ends. <paramref name="client"/> is null for those that only the
    /// limit of all together concerns.
    /// </summary>
    public RefusalReason? TryOpen(EndPoint? remote, out Client? client)
    {
        client = null;
        AdmissionLimits current = _limits;
        if (Interlocked.Increment(ref _connections) > current.Connections)
        {
            return Refuse(RefusalReason.Connections);
        }

        if (remote is not IPEndPoint { Address: var address } || current.IsExempt(address))
        {
            return null;
        }

        client = _clients.TryEnter(address, current.ConnectionsPerClient);
        return client is null ? Refuse(RefusalReason.ClientConnections) : null;
    }

    /// <summary>Ends a connection, also one that was refused.</summary>
    public void Close(Client? client)
    {
        Interlocked.Decrement(ref _connections);
        if (client is not null)
        {
            _clients.Leave(client);
        }
    }

    /// <summary>True when the client of this request may make it now; otherwise with the whole seconds until it may.</summary>
    public bool TryRequest(HttpContext context, out long seconds)
    {
        seconds = 0;
        AdmissionLimits current = _limits;
        if (current.RequestsPerSecond == 0 || context.Features.Get<Client>() is not { } client)
        {
            return true;
        }

        long cost = Math.Max(1, time.TimestampFrequency / current.RequestsPerSecond);
        if (client.TryRequest(time.GetTimestamp(), cost, Math.Max(1, current.RequestBurst), out long wait))
        {
            return true;
        }

        seconds = Math.Max(1, (wait + time.TimestampFrequency - 1) / time.TimestampFrequency);
        Refuse(RefusalReason.ClientRate);
        return false;
    }

    /// <summary>Counts a blocked query or watch, until the result is called; null when its client has too many.</summary>
    public Action? TryWait(HttpContext context)
    {
        if (context.Features.Get<Client>() is not { } client)
        {
            return NothingToEnd;
        }

        Action? end = client.TryWait(_limits.WaitsPerClient);
        if (end is null)
        {
            Refuse(RefusalReason.ClientWaits);
        }

        return end;
    }

    private RefusalReason Refuse(RefusalReason reason)
    {
        Interlocked.Increment(ref _refusals[(int)reason]);
        return reason;
    }

    private IEnumerable<Measurement<long>> Refusals() => Enum.GetValues<RefusalReason>().Select(reason =>
        new Measurement<long>(RefusalsFor(reason), new KeyValuePair<string, object?>("limit", NameOf(reason))));

    private static string NameOf(RefusalReason reason) => reason switch
    {
        RefusalReason.Connections => "connections",
        RefusalReason.ClientConnections => "client_connections",
        RefusalReason.ClientWaits => "client_watchers",
        _ => "client_rate",
    };
}
