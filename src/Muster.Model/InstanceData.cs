using System.Text;

namespace Muster.Model;

/// <summary>
/// The compact, immutable form of an <see cref="InstanceDefinition"/>: all text of an instance in one UTF-8 array, so
/// that a hundred thousand instances cost one object and one array each and encoders copy bytes instead of transcoding.
/// </summary>
/// <remarks>
/// Layout: id, address, kind, socket path, region, zone; then counted lists of tags, metadata pairs, tagged addresses
/// (name, address, port) and named ports (name, port). All in the encoding of <see cref="PackWriter"/>.
/// </remarks>
public sealed class InstanceData : IEquatable<InstanceData>
{
    private readonly byte[] _text;

    /// <summary>Takes the packed text and the plain fields; <paramref name="service"/> should be the catalog's one copy of the name.</summary>
    public InstanceData(string service, byte[] text, int port, Weights weights, bool enableTagOverride, long leaseMilliseconds)
    {
        Service = service;
        _text = text;
        Port = (ushort)port;
        PassingWeight = (ushort)weights.Passing;
        WarningWeight = (ushort)weights.Warning;
        EnableTagOverride = enableTagOverride;
        LeaseMilliseconds = leaseMilliseconds;
    }

    /// <summary>The service's name, as first registered.</summary>
    public string Service { get; }

    /// <summary>Length of the server-side lease in milliseconds, 0 for none.</summary>
    public long LeaseMilliseconds { get; }

    /// <summary>The main port, 0 for none.</summary>
    public ushort Port { get; }

    /// <summary>Traffic share while passing.</summary>
    public ushort PassingWeight { get; }

    /// <summary>Traffic share while warning.</summary>
    public ushort WarningWeight { get; }

    /// <summary>Whether others than the owner may change the tags.</summary>
    public bool EnableTagOverride { get; }

    /// <summary>The id in UTF-8.</summary>
    public ReadOnlySpan<byte> Id => new PackReader(_text).Bytes();

    /// <summary>The address in UTF-8, empty when the node's address stands for it.</summary>
    public ReadOnlySpan<byte> Address => Field(1);

    /// <summary>The kind in UTF-8, usually empty.</summary>
    public ReadOnlySpan<byte> Kind => Field(2);

    /// <summary>The unix socket path in UTF-8, usually empty.</summary>
    public ReadOnlySpan<byte> SocketPath => Field(3);

    /// <summary>The region in UTF-8, empty when unknown.</summary>
    public ReadOnlySpan<byte> Region => Field(4);

    /// <summary>The zone in UTF-8, empty when unknown.</summary>
    public ReadOnlySpan<byte> Zone => Field(5);

    /// <summary>The packed text, for the journal.</summary>
    public ReadOnlySpan<byte> PackedText => _text;

    /// <summary>The id as a string (allocates).</summary>
    public string IdText => Encoding.UTF8.GetString(Id);

    /// <summary>The address as a string (allocates).</summary>
    public string AddressText => Encoding.UTF8.GetString(Address);

    /// <summary>The tags, in the order registered.</summary>
    public PackedTexts Tags
    {
        get
        {
            PackReader reader = AfterFields();
            int count = reader.Count();
            return new PackedTexts(reader, count);
        }
    }

    /// <summary>The metadata as alternating keys and values, sorted by key: twice as many texts as pairs.</summary>
    public PackedTexts Metadata
    {
        get
        {
            PackReader reader = AfterFields();
            Skip(ref reader, reader.Count());
            int pairs = reader.Count();
            return new PackedTexts(reader, pairs * 2);
        }
    }

    /// <summary>The further addresses by name. See <see cref="PackedAddresses"/>.</summary>
    public PackedAddresses TaggedAddresses
    {
        get
        {
            PackReader reader = AfterFields();
            Skip(ref reader, reader.Count());
            Skip(ref reader, reader.Count() * 2);
            int count = reader.Count();
            return new PackedAddresses(reader, count);
        }
    }

    /// <summary>Packs a definition. <paramref name="writer"/> is scratch space and is cleared first.</summary>
    public static InstanceData Pack(InstanceDefinition definition, PackWriter writer)
    {
        writer.Clear();
        writer.Text(definition.Id);
        writer.Text(definition.Address);
        writer.Text(definition.Kind);
        writer.Text(definition.SocketPath);
        writer.Text(definition.Locality.Region);
        writer.Text(definition.Locality.Zone);
        writer.Number(definition.Tags.Count);
        foreach (string tag in definition.Tags)
        {
            writer.Text(tag);
        }

        writer.Number(definition.Metadata.Count);
        foreach ((string key, string value) in definition.Metadata)
        {
            writer.Text(key);
            writer.Text(value);
        }

        writer.Number(definition.TaggedAddresses.Count);
        foreach ((string name, ServiceAddress address) in definition.TaggedAddresses)
        {
            writer.Text(name);
            writer.Text(address.Address);
            writer.Number(address.Port);
        }

        writer.Number(definition.Ports.Count);
        foreach ((string name, int port) in definition.Ports)
        {
            writer.Text(name);
            writer.Number(port);
        }

        return new InstanceData(
            definition.Service, writer.ToArray(), definition.Port, definition.Weights,
            definition.EnableTagOverride, (long)Math.Ceiling(definition.Lease.TotalMilliseconds));
    }

    /// <summary>The comfortable form again (allocates).</summary>
    public InstanceDefinition Unpack()
    {
        var reader = new PackReader(_text);
        string id = reader.Text(), address = reader.Text(), kind = reader.Text(), socketPath = reader.Text();
        var locality = new Locality(reader.Text(), reader.Text());
        var tags = new string[reader.Count()];
        for (int i = 0; i < tags.Length; i++)
        {
            tags[i] = reader.Text();
        }

        var metadata = new KeyValuePair<string, string>[reader.Count()];
        for (int i = 0; i < metadata.Length; i++)
        {
            metadata[i] = new(reader.Text(), reader.Text());
        }

        var addresses = new KeyValuePair<string, ServiceAddress>[reader.Count()];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = new(reader.Text(), new ServiceAddress(reader.Text(), (int)reader.Number()));
        }

        var ports = new KeyValuePair<string, int>[reader.Count()];
        for (int i = 0; i < ports.Length; i++)
        {
            ports[i] = new(reader.Text(), (int)reader.Number());
        }

        return new InstanceDefinition
        {
            Service = Service, Id = id, Kind = kind, Address = address, Port = Port, SocketPath = socketPath,
            Tags = tags, Metadata = metadata, TaggedAddresses = addresses, Ports = ports,
            Weights = new Weights(PassingWeight, WarningWeight), Locality = locality,
            EnableTagOverride = EnableTagOverride, Lease = TimeSpan.FromMilliseconds(LeaseMilliseconds),
        };
    }

    /// <inheritdoc />
    public bool Equals(InstanceData? other) =>
        other is not null && Service == other.Service && Port == other.Port
        && PassingWeight == other.PassingWeight && WarningWeight == other.WarningWeight
        && EnableTagOverride == other.EnableTagOverride && LeaseMilliseconds == other.LeaseMilliseconds
        && _text.AsSpan().SequenceEqual(other._text);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as InstanceData);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_text);
        hash.Add(Port);
        return hash.ToHashCode();
    }

    private ReadOnlySpan<byte> Field(int position)
    {
        var reader = new PackReader(_text);
        Skip(ref reader, position);
        return reader.Bytes();
    }

    private PackReader AfterFields()
    {
        var reader = new PackReader(_text);
        Skip(ref reader, 6);
        return reader;
    }

    private static void Skip(ref PackReader reader, int texts)
    {
        for (int i = 0; i < texts; i++)
        {
            reader.Bytes();
        }
    }
}
