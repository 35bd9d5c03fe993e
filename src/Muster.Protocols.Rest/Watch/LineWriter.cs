using System.Buffers;
using System.Text;
using System.Text.Json;
using Muster.Catalog;

namespace Muster.Protocols.Rest.Watch;

/// <summary>Encodes the lines of a watch. What the lines mean is written in <c>docs/reference/rest-api.md</c>.</summary>
internal sealed class LineWriter : IDisposable
{
    private const int MostRemovals = 100;

    private readonly ArrayBufferWriter<byte> _bytes = new(512);
    private readonly Utf8JsonWriter _json;
    private readonly WatchShape _shape;
    private readonly string _lineage;

    public LineWriter(WatchShape shape, string lineage)
    {
        _shape = shape;
        _lineage = lineage;
        _json = new Utf8JsonWriter(_bytes, RestCall.JsonOptions);
    }

    /// <summary>All lines so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();

    public LineWriter Hello(string servedBy, TimeSpan idle)
    {
        Begin("hello", null);
        _json.WriteString("servedBy", servedBy);
        _json.WriteNumber("idleSeconds", idle.TotalSeconds);
        return End();
    }

    public LineWriter Idle()
    {
        Begin("idle", null);
        return End();
    }

    public LineWriter Bye(string reason, int retryAfterSeconds)
    {
        Begin("bye", null);
        _json.WriteString("reason", reason);
        _json.WriteNumber("retryAfterSeconds", retryAfterSeconds);
        return End();
    }

    public LineWriter Resync(string service, string reason)
    {
        Begin("resync", null);
        _json.WriteString("service", service);
        _json.WriteString("reason", reason);
        return End();
    }

    public LineWriter Resumed(string service, long index)
    {
        BeginOf("resumed", service, index, hasCursor: true);
        return End();
    }

    /// <summary>A snapshot up to its instances.</summary>
    public LineWriter SnapshotHead(string service, long index)
    {
        BeginOf("snapshot", service, index, hasCursor: true);
        _json.WritePropertyName("instances");
        _json.Flush();
        return this;
    }

    /// <summary>
    /// A snapshot after its instances, who left lately among the rest. It goes on with an object that another writer has
    /// begun, so the members are written into one of their own, whose first brace is left out.
    /// </summary>
    public static ReadOnlyMemory<byte> SnapshotTail(LineFraming framing, Removal? newest, long index)
    {
        ReadOnlyMemory<byte> members = RestCall.Encode(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("removed");
            int left = MostRemovals;
            for (Removal? removal = newest; removal is not null && left > 0; removal = removal.Older)
            {
                if (removal.Index <= index)
                {
                    WriteRemoval(json, removal);
                    left--;
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
        byte[] tail = [.. members.Span, (byte)'\n', .. framing == LineFraming.EventStream ? "\n"u8 : []];
        tail[0] = (byte)',';
        return tail;
    }

    /// <summary>
    /// The lines of a change. Only the last has the cursor: who has not got it, has not got everything.
    /// </summary>
    public LineWriter Delta(string service, long index, ServiceDelta delta, bool lastHasCursor)
    {
        int left = delta.Changed.Count + delta.Removed.Count;
        foreach (DepartedInstance removed in delta.Removed)
        {
            BeginOf("removed", service, index, --left == 0 && lastHasCursor);
            _json.WriteString("id", removed.Id);
            _json.WriteString("node", removed.Node);
            _json.WriteString("kind", removed.Kind);
            _json.WriteString("cause", removed.Cause);
            End();
        }

        foreach (Instance instance in delta.Changed)
        {
            BeginOf("changed", service, index, --left == 0 && lastHasCursor);
            _json.WritePropertyName("instance");
            InstanceJson.Write(_json, instance, _shape.Question.EndpointsOnly);
            End();
        }

        return this;
    }

    private static void WriteRemoval(Utf8JsonWriter json, Removal removal)
    {
        json.WriteStartObject();
        json.WriteString("id", removal.Id);
        json.WriteString("node", removal.Node);
        json.WriteString("kind", RemovalText.Of(removal.Kind));
        json.WriteString("cause", removal.Cause);
        json.WriteString("at", removal.Time.UtcDateTime);
        json.WriteEndObject();
    }

    private void BeginOf(string type, string service, long index, bool hasCursor)
    {
        string? cursor = hasCursor ? new WatchCursor(_lineage, index, _shape.CursorTag).ToString() : null;
        Begin(type, cursor);
        _json.WriteString("service", service);
        if (cursor is not null)
        {
            _json.WriteString("cursor", cursor);
        }

        _json.WriteNumber("index", index);
    }

    private void Begin(string type, string? cursor)
    {
        if (_shape.Framing == LineFraming.EventStream)
        {
            Encoding.UTF8.GetBytes(cursor is null ? $"event: {type}\ndata: " : $"event: {type}\nid: {cursor}\ndata: ", _bytes);
        }

        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type", type);
    }

    private LineWriter End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _bytes.Write(_shape.Framing == LineFraming.EventStream ? "\n\n"u8 : "\n"u8);
        return this;
    }
}
