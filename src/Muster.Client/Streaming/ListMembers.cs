using System.Text.Json;
using Muster.Client.Directory;

namespace Muster.Client.Streaming;

/// <summary>Reads lists of instances and of removals; null with the reason when they are refused.</summary>
internal static class ListMembers
{
    private const int MostName = 256;
    private const int MostText = 4096;

    public static List<ServiceInstance>? ReadInstances(ref Utf8JsonReader json, string service, int most, out RejectReason reason)
    {
        reason = RejectReason.WrongShape;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var instances = new List<ServiceInstance>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (instances.Count == most)
            {
                reason = RejectReason.TooMany;
                return null;
            }

            if (InstanceReader.Read(ref json, service, out reason) is not { } instance)
            {
                return null;
            }

            instances.Add(instance);
        }

        reason = RejectReason.None;
        return instances;
    }

    public static List<Removal>? ReadRemovals(ref Utf8JsonReader json, int most, out RejectReason reason)
    {
        reason = RejectReason.WrongShape;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var removals = new List<Removal>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (removals.Count == most)
            {
                reason = RejectReason.TooMany;
                return null;
            }

            if (ReadRemoval(ref json) is not { } removal)
            {
                return null;
            }

            removals.Add(removal);
        }

        reason = RejectReason.None;
        return removals;
    }

    private static Removal? ReadRemoval(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        string id = "";
        string node = "";
        string kind = "";
        string cause = "";
        DateTimeOffset? at = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRight = true;
            if (json.ValueTextEquals("id"u8))
            {
                isRight = json.Read() && WireText.TryString(ref json, MostName, out id);
            }
            else if (json.ValueTextEquals("node"u8))
            {
                isRight = json.Read() && WireText.TryString(ref json, MostName, out node);
            }
            else if (json.ValueTextEquals("kind"u8))
            {
                isRight = json.Read() && WireText.TryString(ref json, MostName, out kind);
            }
            else if (json.ValueTextEquals("cause"u8))
            {
                isRight = json.Read() && WireText.TryString(ref json, MostText, out cause);
            }
            else if (json.ValueTextEquals("at"u8))
            {
                isRight = json.Read() && WireText.TryTime(ref json, out at);
            }
            else
            {
                json.Skip();
            }

            if (!isRight)
            {
                return null;
            }
        }

        return id.Length == 0 ? null : new Removal(new InstanceKey(node, id), kind, cause, at);
    }
}
