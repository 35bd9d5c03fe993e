using Muster.Model;
using Muster.Protocols.Consul.Definitions;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Catalog;

/// <summary>The parts of an instance that several shapes share, written from its packed UTF-8 without a string between.</summary>
internal static class InstanceEncoder
{
    /// <summary>The proxy settings, which every instance has here.</summary>
    public static void WriteProxy(GoJsonWriter json, InstanceData data) =>
        json.Raw(data.HasProxy ? data.Proxy.Settings : ProxyJson.None);

    /// <summary>Whether the instance is native to the mesh.</summary>
    public static void WriteConnect(GoJsonWriter json, InstanceData data) =>
        json.Raw(data.IsMeshNative ? "{\"Native\":true}"u8 : "{}"u8);

    /// <summary>The tags, <c>[]</c> when there is none.</summary>
    public static void WriteTags(GoJsonWriter json, InstanceData data)
    {
        json.BeginArray();
        foreach (ReadOnlySpan<byte> tag in data.Tags)
        {
            json.Text(tag);
        }

        json.EndArray();
    }

    /// <summary>The metadata; an empty one is <c>null</c> or <c>{}</c>, depending on the endpoint.</summary>
    public static void WriteMetadata(GoJsonWriter json, InstanceData data, bool nullWhenEmpty)
    {
        PackedTexts texts = data.Metadata;
        if (texts.Count == 0 && nullWhenEmpty)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        while (texts.MoveNext())
        {
            json.Key(texts.Current);
            texts.MoveNext();
            json.Text(texts.Current);
        }

        json.EndObject();
    }

    /// <summary>The shares of traffic.</summary>
    public static void WriteWeights(GoJsonWriter json, InstanceData data)
    {
        json.BeginObject();
        json.Name("Passing"u8);
        json.Number(data.PassingWeight);
        json.Name("Warning"u8);
        json.Number(data.WarningWeight);
        json.EndObject();
    }

    /// <summary>Writes the locality as an object under <paramref name="name"/>; nothing when it is unknown.</summary>
    public static void WriteLocality(GoJsonWriter json, ReadOnlySpan<byte> name, InstanceData data)
    {
        if (data.Region.IsEmpty && data.Zone.IsEmpty)
        {
            return;
        }

        json.Name(name);
        json.BeginObject();
        if (!data.Region.IsEmpty)
        {
            json.Name("Region"u8);
            json.Text(data.Region);
        }

        if (!data.Zone.IsEmpty)
        {
            json.Name("Zone"u8);
            json.Text(data.Zone);
        }

        json.EndObject();
    }

    /// <summary>
    /// The addresses by name, those that follow from an IP address included (<c>lan_ipv4</c> and <c>wan_ipv4</c>, or
    /// the same for IPv6) unless others were registered under these names. Left out when there is none.
    /// </summary>
    public static void WriteTaggedAddresses(GoJsonWriter json, ReadOnlySpan<byte> name, InstanceData data)
    {
        PackedAddresses registered = data.TaggedAddresses;
        (ReadOnlySpan<byte> lan, ReadOnlySpan<byte> wan) = InstanceAddresses.DerivedNames(data.Address);
        if (registered.Count == 0 && lan.IsEmpty)
        {
            return;
        }

        json.Name(name);
        json.BeginObject();
        while (registered.MoveNext())
        {
            // names are sorted, so the derived ones go in just before the first greater one
            WriteDerivedBefore(json, ref lan, registered.Name, data);
            WriteDerivedBefore(json, ref wan, registered.Name, data);
            json.Key(registered.Name);
            WriteAddress(json, registered.Address, registered.Port);
        }

        WriteDerived(json, lan, data);
        WriteDerived(json, wan, data);
        json.EndObject();
    }

    private static void WriteDerivedBefore(GoJsonWriter json, ref ReadOnlySpan<byte> name, ReadOnlySpan<byte> next, InstanceData data)
    {
        if (name.IsEmpty)
        {
            return;
        }

        int order = name.SequenceCompareTo(next);
        if (order < 0)
        {
            WriteDerived(json, name, data);
        }

        name = order <= 0 ? default : name;
    }

    private static void WriteDerived(GoJsonWriter json, ReadOnlySpan<byte> name, InstanceData data)
    {
        if (!name.IsEmpty)
        {
            json.Name(name);
            WriteAddress(json, data.Address, data.Port);
        }
    }

    private static void WriteAddress(GoJsonWriter json, ReadOnlySpan<byte> address, int port)
    {
        json.BeginObject();
        json.Name("Address"u8);
        json.Text(address);
        json.Name("Port"u8);
        json.Number(port);
        json.EndObject();
    }
}
