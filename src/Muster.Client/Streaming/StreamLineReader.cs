using System.Text.Json;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>
/// Reads the lines of the watch stream (docs/reference/rest-api.md). A line is looked at twice: first for its type and
/// service, which are its first members, then for the rest. Never throws on what a server sends.
/// </summary>
internal ref struct StreamLineReader
{
    private const int MostRemovals = 10_000;
    private const int MostName = 256;
    private const int MostCursor = 1024;
    private const int MostText = 4096;
    private const long MostIndex = 1L << 53;
    private readonly int _maxInstances;
    private string _service = "";
    private bool _namesService;
    private string? _cursor;
    private long _index = -1;
    private List<ServiceInstance>? _instances;
    private List<Removal>? _removals;
    private ServiceInstance? _instance;
    private string _id = "";
    private string _node = "";
    private string _removalKind = "";
    private string _cause = "";
    private string? _text;
    private double? _seconds;

    private StreamLineReader(int maxInstances) => _maxInstances = maxInstances;

    /// <summary>Reads a line; false with the reason when it is refused, and then the line holds the service, if it names one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, int maxInstances, out StreamLine line, out RejectReason reason)
    {
        line = default;
        reason = RejectReason.NotJson;
        try
        {
            if (!TryFindType(text, out string? type, out string? service))
            {
                reason = RejectReason.WrongShape;
                return false;
            }

            line = new StreamLine(StreamLineKind.Other, service, null, null, null);
            if (type is not ("hello" or "snapshot" or "resync" or "resumed" or "changed" or "removed" or "idle" or "bye"))
            {
                reason = RejectReason.None;
                return true;
            }

            var reader = new StreamLineReader(maxInstances) { _service = service ?? "" };
            reason = reader.ReadMembers(text);
            if (reason == RejectReason.None && !reader.TryToLine(type, service, ref line))
            {
                reason = RejectReason.WrongShape;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // the runtime's reader reports broken JSON, and broken text within it, by exceptions only
            reason = RejectReason.NotJson;
        }

        return reason == RejectReason.None;
    }

    /// <summary>Reads the answer to a poll of one service; null with the reason when it is refused.</summary>
    public static RegistryNews.Listed? ReadAnswer(ReadOnlySpan<byte> text, string service, int maxInstances, out RejectReason reason)
    {
        try
        {
            var reader = new StreamLineReader(maxInstances) { _service = service };
            reason = reader.ReadMembers(text);
            if (reason != RejectReason.None)
            {
                return null;
            }

            if (reader is { _instances: { } instances, _index: >= 0, _namesService: true })
            {
                return new RegistryNews.Listed(instances, [], null, reader._index, ViewSource.Poll);
            }

            reason = RejectReason.WrongShape;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            reason = RejectReason.NotJson;
        }

        return null;
    }

    /// <summary>The service that a line names near its beginning, of which only this much is there; null when it names none.</summary>
    public static string? FindService(ReadOnlySpan<byte> beginning)
    {
        try
        {
            var json = new Utf8JsonReader(beginning, isFinalBlock: false, default);
            while (json.Read() && json.CurrentDepth <= 1 && json.TokenType != JsonTokenType.StartArray)
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("service"u8))
                {
                    return json.Read() && WireText.TryString(ref json, MostName, out string service) ? service : null;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // not even a beginning
        }

        return null;
    }

    private static bool TryFindType(ReadOnlySpan<byte> text, out string? type, out string? service)
    {
        type = null;
        service = null;
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while ((type is null || service is null) && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = json.ValueTextEquals("type"u8);
            bool isService = json.ValueTextEquals("service"u8);
            json.Read();
            string value = "";
            if ((isType || isService) && !WireText.TryString(ref json, MostName, out value))
            {
                return false;
            }

            type = isType ? value : type;
            service = isService ? value : service;
            json.Skip();
        }

        return type is not null;
    }

    private RejectReason ReadMembers(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return RejectReason.WrongShape;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            RejectReason reason = ReadMember(ref json);
            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        // throws when something follows the object
        json.Read();
        return RejectReason.None;
    }

    private RejectReason ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("service"u8))
        {
            json.Read();
            _namesService = WireText.TryString(ref json, MostName, out string name) && name.Equals(_service, StringComparison.OrdinalIgnoreCase);
            return _namesService ? RejectReason.None : RejectReason.WrongService;
        }

        if (json.ValueTextEquals("instances"u8))
        {
            json.Read();
            _instances = ListMembers.ReadInstances(ref json, _service, _maxInstances, out RejectReason reason);
            return reason;
        }

        if (json.ValueTextEquals("removed"u8))
        {
            json.Read();
            _removals = ListMembers.ReadRemovals(ref json, MostRemovals, out RejectReason reason);
            return reason;
        }

        if (json.ValueTextEquals("instance"u8))
        {
            json.Read();
            _instance = InstanceReader.Read(ref json, _service, out RejectReason reason);
            return reason;
        }

        return TryReadText(ref json) ? RejectReason.None : RejectReason.WrongShape;
    }

    private bool TryReadText(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("cursor"u8))
        {
            json.Read();
            return json.TokenType == JsonTokenType.Null || (WireText.TryString(ref json, MostCursor, out _cursor!) && _cursor.Length > 0);
        }

        if (json.ValueTextEquals("index"u8))
        {
            return json.Read() && WireText.TryWhole(ref json, MostIndex, out _index);
        }

        if (json.ValueTextEquals("id"u8))
        {
            return json.Read() && WireText.TryString(ref json, MostName, out _id);
        }

        if (json.ValueTextEquals("node"u8))
        {
            return json.Read() && WireText.TryString(ref json, MostName, out _node);
        }

        if (json.ValueTextEquals("kind"u8))
        {
            return json.Read() && WireText.TryString(ref json, MostName, out _removalKind);
        }

        if (json.ValueTextEquals("cause"u8))
        {
            return json.Read() && WireText.TryString(ref json, MostText, out _cause);
        }

        if (json.ValueTextEquals("reason"u8) || json.ValueTextEquals("servedBy"u8))
        {
            return json.Read() && WireText.TryString(ref json, MostText, out _text!);
        }

        if (json.ValueTextEquals("idleSeconds"u8) || json.ValueTextEquals("retryAfterSeconds"u8))
        {
            return json.Read() && WireText.TrySeconds(ref json, out _seconds);
        }

        json.Skip();
        return true;
    }

    private readonly bool TryToLine(string type, string? service, ref StreamLine line)
    {
        StreamLineKind kind = type switch
        {
            "hello" => StreamLineKind.Hello,
            "idle" => StreamLineKind.Idle,
            "bye" => StreamLineKind.Bye,
            "resync" => StreamLineKind.Resync,
            _ => StreamLineKind.News,
        };
        RegistryNews? news = kind == StreamLineKind.News ? ToNews(type) : null;
        line = new StreamLine(kind, service, news, _seconds, _text);
        return kind is StreamLineKind.Hello or StreamLineKind.Idle or StreamLineKind.Bye
            || (service is { Length: > 0 } && (kind == StreamLineKind.Resync || news is not null));
    }

    /// <summary>The line as news; null when a member is missing.</summary>
    private readonly RegistryNews? ToNews(string type) => type switch
    {
        _ when _index < 0 => null,
        "snapshot" when _instances is not null => new RegistryNews.Listed(_instances, _removals ?? [], _cursor, _index, ViewSource.Stream),
        "changed" when _instance is not null => new RegistryNews.Changed(_instance, _cursor, _index),
        "removed" when _id.Length > 0 => new RegistryNews.Removed(new Removal(new InstanceKey(_node, _id), _removalKind, _cause, null), _cursor, _index),
        "resumed" when _cursor is not null => new RegistryNews.Resumed(_cursor, _index),
        _ => null,
    };
}
