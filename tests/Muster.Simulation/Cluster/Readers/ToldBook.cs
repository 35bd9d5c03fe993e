using System.Text.Json;
using Muster.Client;

namespace Muster.Simulation.Cluster.Readers;

/// <summary>
/// What one client was told, read from the same bytes as the client reads but by other code, and whether its answers agree:
/// <list type="bullet">
/// <item><b>S8</b> An answer loses an instance only for a reason: its end was told; a list that is not empty lacks at most half;
/// or answers over a minute repeat that it is not there. So a registry that is away, or has lost everything, takes nothing.</item>
/// <item><b>S9</b> An instance whose end was told is not answered any more, until a newer word of it is told.</item>
/// </list>
/// </summary>
internal sealed class ToldBook(IWorld world, string reader)
{
    private readonly Dictionary<string, ToldService> _services = new(StringComparer.OrdinalIgnoreCase);
    private int _connections;

    /// <summary>A connection begins; what it is told goes to the returned action.</summary>
    public Action<ReadOnlySpan<byte>> Listen()
    {
        int connection = ++_connections;
        byte[] rest = [];
        bool hasBegun = false;
        return bytes =>
        {
            if (!hasBegun)
            {
                hasBegun = true;
                foreach (ToldService service in _services.Values)
                {
                    service.BeginStream(connection);
                }
            }

            rest = [.. rest, .. bytes];
            for (int length; (length = Array.IndexOf(rest, (byte)'\n')) >= 0; rest = rest[(length + 1)..])
            {
                Take(rest.AsMemory(0, length));
            }
        };
    }

    /// <summary>The answer to a poll; null for a service that is not known.</summary>
    public void TakePoll(string service, ReadOnlyMemory<byte>? json)
    {
        using JsonDocument? document = json is { } text ? JsonDocument.Parse(text) : null;
        Of(service).TakePoll(document?.RootElement, world.Agenda.Now);
    }

    /// <summary>Compares what the client answers with what it was told.</summary>
    public void Judge(List<ServiceHandle> handles)
    {
        foreach (ServiceHandle handle in handles)
        {
            if (Of(handle.Name).WhatIsWrongWith(handle.View, world.Agenda.Now) is { } wrong)
            {
                throw new SimulationFailure($"{wrong} (reader {reader}, {handle.Name}, its view: {handle.Freshness})");
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("service", out JsonElement service))
        {
            world.Say($"reader {reader} hears {document.RootElement}");
            Of(service.GetString()!).Take(root, world.Agenda.Now);
        }

        // whatever the server says, it lives, and stands by what it said of each service
        foreach (ToldService each in _services.Values)
        {
            each.Repeat();
        }
    }

    private ToldService Of(string service)
    {
        if (!_services.TryGetValue(service, out ToldService? told))
        {
            _services[service] = told = new ToldService();
        }

        return told;
    }
}
