using System.Globalization;
using Muster.Bench.Load;

namespace Muster.Bench.Verification;

/// <summary>
/// Registers, changes and removes instances at one server, and remembers what was acknowledged. No other ledger may write
/// the same instances: then what was acknowledged last is what must be there in the end.
/// </summary>
internal sealed class WriteLedger(Random random, string side)
{
    private const int Removed = 0;
    private const int HighestPort = 65_535;

    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly List<(string Id, int Service)> _living = [];
    private int _written;

    /// <summary>How many writes were acknowledged since the instances that were there before.</summary>
    public int Written => _written;

    public static string ServiceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"split-{number}");

    /// <summary>Says what is registered already.</summary>
    public void Has(string id, int service, int port)
    {
        _ports[id] = port;
        _living.Add((id, service));
    }

    /// <summary>One write: a new instance, another port for one, or the end of one.</summary>
    public void WriteOne(HttpConnection connection, int services)
    {
        _written++;
        var kind = random.Next(3);
        if (kind == 0 || _living.Count == 0)
        {
            var id = $"{side}-{_written}";
            _living.Add((id, random.Next(services)));
            Register(connection, _living.Count - 1);
        }
        else if (kind == 1)
        {
            Register(connection, random.Next(_living.Count));
        }
        else
        {
            Remove(connection, random.Next(_living.Count));
        }
    }

    /// <summary>Counts what a server lacks or has with another port than the last, and what it has though it was removed.</summary>
    public (int Lost, int Resurrected) Compare(IReadOnlyDictionary<string, int> found)
    {
        var (lost, resurrected) = (0, 0);
        foreach (var (id, port) in _ports)
        {
            var there = found.GetValueOrDefault(id, Removed);
            resurrected += port == Removed && there != Removed ? 1 : 0;
            lost += port != Removed && there != port ? 1 : 0;
        }

        return (lost, resurrected);
    }

    private void Register(HttpConnection connection, int index)
    {
        var (id, service) = _living[index];
        var port = random.Next(1, HighestPort);
        var body = RestInstances.Body(id, ServiceOf(service), Registrations.Address(index), port);
        connection.Send(HttpConnection.Request("POST", "/api/v1/instances", System.Text.Encoding.UTF8.GetBytes(body)));
        EnsureDone(connection.Receive(), "register");
        _ports[id] = port;
    }

    private void Remove(HttpConnection connection, int index)
    {
        var id = _living[index].Id;
        connection.Send(HttpConnection.Request("DELETE", $"/api/v1/instances/{id}"));
        EnsureDone(connection.Receive(), "deregister");
        _ports[id] = Removed;
        _living[index] = _living[^1];
        _living.RemoveAt(_living.Count - 1);
    }

    private static void EnsureDone(HttpAnswer answer, string what)
    {
        if (answer.Status is not (200 or 201 or 204))
        {
            throw new BenchException($"{what}: {answer.Status}");
        }
    }
}
