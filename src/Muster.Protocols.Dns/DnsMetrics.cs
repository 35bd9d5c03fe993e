using System.Diagnostics.Metrics;
using Muster.Wire.Dns;

namespace Muster.Protocols.Dns;

/// <summary>
/// The DNS server's counters. A query costs one interlocked increment in a table of type by response code; the
/// instruments read the table when somebody collects them.
/// </summary>
internal sealed class DnsMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Muster.Server";

    private static readonly string[] TypeNames = ["A", "AAAA", "SRV", "ANY", "NS", "SOA", "TXT", "PTR", "CNAME", "other"];
    private static readonly string[] CodeNames = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "BADVERS"];

    private readonly Meter? _ownMeter;
    private readonly long[] _queries = new long[TypeNames.Length * CodeNames.Length];
    private long _truncated;
    private long _dropped;
    private long _faults;
    private long _sendFailures;
    private long _connections;
    private long _connectionsRefused;
    private long _slipped;
    private long _withheld;

    public DnsMetrics(IMeterFactory? factory)
    {
        _ownMeter = factory is null ? new Meter(MeterName) : null;
        Meter meter = _ownMeter ?? factory!.Create(MeterName);
        meter.CreateObservableCounter("muster.dns.server.queries", Queries, "{query}", "Answered queries by type and response code.");
        meter.CreateObservableCounter("muster.dns.server.truncated", () => Volatile.Read(ref _truncated), "{response}", "Responses with TC set.");
        meter.CreateObservableCounter("muster.dns.server.dropped", () => Volatile.Read(ref _dropped), "{packet}", "Packets that deserved no answer.");
        meter.CreateObservableCounter("muster.dns.server.faults", () => Volatile.Read(ref _faults), "{fault}", "Failures inside the server.");
        meter.CreateObservableCounter("muster.dns.server.rate_limited", RateLimited, "{query}", "UDP queries over their network's rate.");
        meter.CreateObservableCounter(
            "muster.dns.server.send_failures", () => Volatile.Read(ref _sendFailures), "{response}", "Responses the system did not send.");
        meter.CreateObservableUpDownCounter(
            "muster.dns.server.connections", () => Volatile.Read(ref _connections), "{connection}", "Open TCP connections.");
        meter.CreateObservableCounter(
            "muster.dns.server.connections_refused", () => Volatile.Read(ref _connectionsRefused), "{connection}", "TCP connections over the limit.");
    }

    public void OnAnswered(DnsRecordType type, DnsResponseCode code) =>
        Interlocked.Increment(ref _queries[(TypeIndex(type) * CodeNames.Length) + CodeIndex(code)]);

    public void OnTruncated() => Interlocked.Increment(ref _truncated);

    public void OnDropped() => Interlocked.Increment(ref _dropped);

    public void OnRateLimited(bool slipped) => Interlocked.Increment(ref slipped ? ref _slipped : ref _withheld);

    public void OnFault() => Interlocked.Increment(ref _faults);

    public void OnSendFailure() => Interlocked.Increment(ref _sendFailures);

    public void OnConnection(bool opened) => Interlocked.Add(ref _connections, opened ? 1 : -1);

    public void OnConnectionRefused() => Interlocked.Increment(ref _connectionsRefused);

    public void Dispose() => _ownMeter?.Dispose();

    private static int TypeIndex(DnsRecordType type) => type switch
    {
        DnsRecordType.A => 0,
        DnsRecordType.Aaaa => 1,
        DnsRecordType.Srv => 2,
        DnsRecordType.Any => 3,
        DnsRecordType.Ns => 4,
        DnsRecordType.Soa => 5,
        DnsRecordType.Txt => 6,
        DnsRecordType.Ptr => 7,
        DnsRecordType.Cname => 8,
        _ => 9,
    };

    private static int CodeIndex(DnsResponseCode code) => code switch
    {
        DnsResponseCode.BadVersion => 6,
        <= DnsResponseCode.Refused => (int)code,
        _ => (int)DnsResponseCode.ServerFailure,
    };

    private Measurement<long>[] RateLimited() =>
    [
        new(Volatile.Read(ref _slipped), new KeyValuePair<string, object?>("muster.dns.action", "truncated")),
        new(Volatile.Read(ref _withheld), new KeyValuePair<string, object?>("muster.dns.action", "dropped")),
    ];

    private IEnumerable<Measurement<long>> Queries()
    {
        for (int i = 0; i < _queries.Length; i++)
        {
            long count = Volatile.Read(ref _queries[i]);
            if (count > 0)
            {
                yield return new Measurement<long>(
                    count,
                    new KeyValuePair<string, object?>("dns.question.type", TypeNames[i / CodeNames.Length]),
                    new KeyValuePair<string, object?>("dns.response.code", CodeNames[i % CodeNames.Length]));
            }
        }
    }
}
