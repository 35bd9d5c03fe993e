using System.Text.Json;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>
/// Reads an instance as the REST API writes it, and refuses what cannot be: a port of 70000, no address, another service.
/// Members it does not know are skipped.
/// </summary>
internal ref struct InstanceReader
{
    private const int MostPort = 65535;
    private const int MostName = 256;
    private const int MostText = 4096;
    private const int MostEntries = 1024;
    private const long MostExact = (1L << 53) - 1;
    private string _service = "";
    private string _id = "";
    private string _node = "";
    private string _address = "";
    private string _region = "";
    private string _zone = "";
    private long _port;
    private long _epoch;
    private long _version;
    private long _passingWeight = 1;
    private long _warningWeight = 1;
    private InstanceHealth _health;
    private InstanceState _state;
    private DateTimeOffset? _registeredAt;
    private Dictionary<string, int>? _ports;
    private Dictionary<string, string>? _metadata;
    private List<string>? _tags;

    public InstanceReader()
    {
    }

    /// <summary>Reads the object the reader stands on; null with the reason when it is refused.</summary>
    public static ServiceInstance? Read(ref Utf8JsonReader json, string service, out RejectReason reason)
    {
        reason = RejectReason.WrongShape;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var reader = new InstanceReader { _service = service };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            InstanceMember member = MemberOf(ref json);
            json.Read();
            if (!reader.TryRead(member, ref json))
            {
                reason = member == InstanceMember.Service ? RejectReason.WrongService
                    : json.TokenType is JsonTokenType.Number or JsonTokenType.String ? RejectReason.AbsurdValue
                    : RejectReason.WrongShape;
                return null;
            }
        }

        if (reader._id.Length == 0 || reader._address.Length == 0)
        {
            reason = RejectReason.AbsurdValue;
            return null;
        }

        reason = RejectReason.None;
        return reader.ToInstance();
    }

    private static InstanceMember MemberOf(ref Utf8JsonReader json) => json.ValueSpan.Length switch
    {
        2 when json.ValueTextEquals("id"u8) => InstanceMember.Id,
        4 when json.ValueTextEquals("node"u8) => InstanceMember.Node,
        4 when json.ValueTextEquals("port"u8) => InstanceMember.Port,
        4 when json.ValueTextEquals("tags"u8) => InstanceMember.Tags,
        4 when json.ValueTextEquals("zone"u8) => InstanceMember.Zone,
        5 when json.ValueTextEquals("ports"u8) => InstanceMember.Ports,
        5 when json.ValueTextEquals("state"u8) => InstanceMember.State,
        5 when json.ValueTextEquals("epoch"u8) => InstanceMember.Epoch,
        6 when json.ValueTextEquals("health"u8) => InstanceMember.Health,
        6 when json.ValueTextEquals("region"u8) => InstanceMember.Region,
        7 when json.ValueTextEquals("service"u8) => InstanceMember.Service,
        7 when json.ValueTextEquals("address"u8) => InstanceMember.Address,
        7 when json.ValueTextEquals("weights"u8) => InstanceMember.Weights,
        7 when json.ValueTextEquals("version"u8) => InstanceMember.Version,
        8 when json.ValueTextEquals("metadata"u8) => InstanceMember.Metadata,
        12 when json.ValueTextEquals("registeredAt"u8) => InstanceMember.RegisteredAt,
        _ => InstanceMember.Other,
    };

    private bool TryRead(InstanceMember member, ref Utf8JsonReader json)
    {
        switch (member)
        {
            case InstanceMember.Service:
                return WireText.TryString(ref json, MostName, out string name) && name.Equals(_service, StringComparison.OrdinalIgnoreCase);
            case InstanceMember.Id:
                return WireText.TryString(ref json, MostName, out _id);
            case InstanceMember.Node:
                return WireText.TryString(ref json, MostName, out _node);
            case InstanceMember.Address:
                return WireText.TryString(ref json, MostName, out _address);
            case InstanceMember.Region:
                return WireText.TryString(ref json, MostName, out _region);
            case InstanceMember.Zone:
                return WireText.TryString(ref json, MostName, out _zone);
            case InstanceMember.Port:
                return WireText.TryWhole(ref json, MostPort, out _port);
            case InstanceMember.Epoch:
                return WireText.TryWhole(ref json, MostExact, out _epoch);
            case InstanceMember.Version:
                return WireText.TryWhole(ref json, MostExact, out _version);
            case InstanceMember.RegisteredAt:
                return WireText.TryTime(ref json, out _registeredAt);
            case InstanceMember.Health:
                return TryReadHealth(ref json);
            case InstanceMember.State:
                return TryReadState(ref json);
            case InstanceMember.Weights:
                return TryReadWeights(ref json);
            case InstanceMember.Ports:
                return TryReadPorts(ref json);
            case InstanceMember.Metadata:
                return TryReadMetadata(ref json);
            case InstanceMember.Tags:
                return TryReadTags(ref json);
            default:
                json.Skip();
                return true;
        }
    }

    /// <summary>A health that this version does not know is taken for the worst, so that the instance is used last.</summary>
    private bool TryReadHealth(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        _health = json.ValueTextEquals("passing"u8) ? InstanceHealth.Passing
            : json.ValueTextEquals("warning"u8) ? InstanceHealth.Warning
            : InstanceHealth.Critical;
        return true;
    }

    private bool TryReadState(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        _state = json.ValueTextEquals("up"u8) ? InstanceState.Up
            : json.ValueTextEquals("starting"u8) ? InstanceState.Starting
            : json.ValueTextEquals("draining"u8) ? InstanceState.Draining
            : InstanceState.OutOfService;
        return true;
    }

    private bool TryReadWeights(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isPassing = json.ValueTextEquals("passing"u8);
            bool isWarning = json.ValueTextEquals("warning"u8);
            json.Read();
            if (!isPassing && !isWarning)
            {
                json.Skip();
            }
            else if (!WireText.TryWhole(ref json, MostPort, out long weight))
            {
                return false;
            }
            else if (isPassing)
            {
                _passingWeight = weight;
            }
            else
            {
                _warningWeight = weight;
            }
        }

        return true;
    }

    private bool TryReadPorts(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (!WireText.TryWhole(ref json, MostPort, out long port) || _ports?.Count >= MostEntries)
            {
                return false;
            }

            (_ports ??= [])[name] = (int)port;
        }

        return true;
    }

    private bool TryReadMetadata(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (!WireText.TryString(ref json, MostText, out string value) || _metadata?.Count >= MostEntries)
            {
                return false;
            }

            (_metadata ??= [])[name] = value;
        }

        return true;
    }

    private bool TryReadTags(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (!WireText.TryString(ref json, MostName, out string tag) || _tags?.Count >= MostEntries)
            {
                return false;
            }

            (_tags ??= []).Add(tag);
        }

        return true;
    }

    private readonly ServiceInstance ToInstance() => new()
    {
        Service = _service,
        Id = _id,
        Node = _node,
        Address = _address,
        Port = (int)_port,
        Ports = _ports ?? EmptyMaps.Ports,
        Tags = _tags is null ? [] : [.. _tags],
        Metadata = _metadata ?? EmptyMaps.Metadata,
        Weight = (int)(_health == InstanceHealth.Warning ? _warningWeight : _passingWeight),
        Region = _region,
        Zone = _zone,
        Health = _health,
        State = _state,
        Epoch = _epoch,
        RegisteredAt = _registeredAt,
        Version = _version,
    };
}
