using System.Buffers.Binary;
using System.Text;

namespace Muster.Model;

/// <summary>
/// The compact, immutable form of an <see cref="InstanceDefinition"/>: everything about an instance in one array, so
/// that a hundred thousand instances cost one array each and encoders copy UTF-8 bytes instead of transcoding.
/// </summary>
/// <remarks>
/// Layout: port, passing weight, warning weight (2 bytes each, little endian), flags (1 byte), lease in milliseconds
/// (8 bytes, only when the flag says so); then id, address, kind, socket path, region, zone; then counted lists of tags,
/// metadata pairs, tagged addresses (name, address, port) and named ports (name, port), in the encoding of
/// <see cref="PackWriter"/>; at last, only when its flag says so, the proxy: flags (1 byte), destination, destination's
/// id, settings; and behind everything, only when its flag says so, the epoch (8 bytes). What an instance does not have costs
/// a bit.
/// </remarks>
public readonly struct InstanceData : IEquatable<InstanceData>
{
    private const int FlagsAt = 6;
    private const int ShortHeader = FlagsAt + 1;
    private const int LongHeader = ShortHeader + sizeof(long);
    private const byte TagOverrideFlag = 1;
    private const byte LeaseFlag = 2;
    private const byte ProxyFlag = 4;
    private const byte MeshNativeFlag = 8;
    private const byte TagsOverriddenFlag = 16;
    private const byte EpochFlag = 32;
    private const byte StartingFlag = 64;

    private readonly byte[] _packed;

    private InstanceData(string service, byte[] packed)
    {
        Service = service;
        _packed = packed;
    }

    /// <summary>The service's name, as first registered.</summary>
    public string Service { get; }

    /// <summary>The packed form, for the journal.</summary>
    public ReadOnlySpan<byte> Packed => _packed;

    /// <summary>Length of the server-side lease in milliseconds, 0 for none.</summary>
    public long LeaseMilliseconds =>
        HasLease ? BinaryPrimitives.ReadInt64LittleEndian(_packed.AsSpan(ShortHeader)) : 0;

    /// <summary>The main port, 0 for none.</summary>
    public ushort Port => BinaryPrimitives.ReadUInt16LittleEndian(_packed);

    /// <summary>Traffic share while passing.</summary>
    public ushort PassingWeight => BinaryPrimitives.ReadUInt16LittleEndian(_packed.AsSpan(2));

    /// <summary>Traffic share while warning.</summary>
    public ushort WarningWeight => BinaryPrimitives.ReadUInt16LittleEndian(_packed.AsSpan(4));

    /// <summary>Whether others than the owner may change the tags.</summary>
    public bool EnableTagOverride => (_packed[FlagsAt] & TagOverrideFlag) != 0;

    /// <summary>Whether the tags are the ones that somebody else set. See <see cref="InstanceDefinition.TagsOverridden"/>.</summary>
    public bool TagsOverridden => (_packed[FlagsAt] & TagsOverriddenFlag) != 0;

    /// <summary>Whether the instance speaks the mesh's protocol itself, without a proxy.</summary>
    public bool IsMeshNative => (_packed[FlagsAt] & MeshNativeFlag) != 0;

    /// <summary>Whether there are proxy settings.</summary>
    public bool HasProxy => (_packed[FlagsAt] & ProxyFlag) != 0;

    /// <summary>Whether it was registered as not ready yet. See <see cref="InstanceDefinition.IsStarting"/>.</summary>
    public bool IsStarting => (_packed[FlagsAt] & StartingFlag) != 0;

    /// <summary>Which life of the instance this is, 0 for unknown. See <see cref="InstanceDefinition.Epoch"/>.</summary>
    public long Epoch => HasEpoch ? BinaryPrimitives.ReadInt64LittleEndian(_packed.AsSpan(_packed.Length - sizeof(long))) : 0;

    /// <summary>The id in UTF-8.</summary>
    public ReadOnlySpan<byte> Id => new PackReader(Text).Bytes();

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

    /// <summary>The further ports by name. See <see cref="PackedPorts"/>.</summary>
    public PackedPorts Ports
    {
        get
        {
            PackReader reader = AfterAddresses();
            int count = reader.Count();
            return new PackedPorts(reader, count);
        }
    }

    /// <summary>The proxy settings; empty ones when <see cref="HasProxy"/> is false.</summary>
    public PackedProxy Proxy
    {
        get
        {
            if (!HasProxy)
            {
                return default;
            }

            PackReader reader = AfterAddresses();
            for (int left = reader.Count(); left > 0; left--)
            {
                Skip(ref reader, 1);
                reader.Number();
            }

            return new PackedProxy(reader);
        }
    }

    /// <summary>Packs a definition. <paramref name="writer"/> is scratch space and is cleared first.</summary>
    public static InstanceData Pack(InstanceDefinition definition, PackWriter writer)
    {
        writer.Clear();
        WriteHeader(writer, definition);
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

        definition.Proxy?.Write(writer);
        if (definition.Epoch > 0)
        {
            Span<byte> epoch = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(epoch, definition.Epoch);
            WriteRaw(writer, epoch);
        }

        return new InstanceData(definition.Service, writer.ToArray());
    }

    /// <summary>Takes the packed form back from a journal. False when it is too short to be one.</summary>
    /// <param name="service">The service's name; should be the catalog's one copy of it.</param>
    /// <param name="packed">What <see cref="Packed"/> gave.</param>
    /// <param name="data">The instance's data.</param>
    public static bool TryRestore(string service, ReadOnlySpan<byte> packed, out InstanceData data)
    {
        bool whole = packed.Length >= ShortHeader && packed.Length >= ShortHeader
            + ((packed[FlagsAt] & LeaseFlag) != 0 ? sizeof(long) : 0) + ((packed[FlagsAt] & EpochFlag) != 0 ? sizeof(long) : 0);
        data = whole ? new InstanceData(service, packed.ToArray()) : default;
        return whole;
    }

    /// <summary>The comfortable form again (allocates).</summary>
    public InstanceDefinition Unpack()
    {
        var reader = new PackReader(Text);
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
            EnableTagOverride = EnableTagOverride, TagsOverridden = TagsOverridden, IsMeshNative = IsMeshNative,
            Proxy = HasProxy ? new PackedProxy(reader).Unpack() : null, Lease = TimeSpan.FromMilliseconds(LeaseMilliseconds),
            Epoch = Epoch, IsStarting = IsStarting,
        };
    }

    /// <summary>True when both stand for the same array, without looking inside.</summary>
    public bool IsSame(InstanceData other) => ReferenceEquals(_packed, other._packed) && ReferenceEquals(Service, other.Service);

    /// <inheritdoc />
    public bool Equals(InstanceData other) =>
        Service == other.Service && _packed.AsSpan().SequenceEqual(other._packed);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is InstanceData other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_packed);
        return hash.ToHashCode();
    }

    /// <summary>True when both are equal.</summary>
    public static bool operator ==(InstanceData left, InstanceData right) => left.Equals(right);

    /// <summary>True when they differ.</summary>
    public static bool operator !=(InstanceData left, InstanceData right) => !left.Equals(right);

    private bool HasLease => (_packed[FlagsAt] & LeaseFlag) != 0;

    private bool HasEpoch => (_packed[FlagsAt] & EpochFlag) != 0;

    private ReadOnlySpan<byte> Text => _packed.AsSpan(HasLease ? LongHeader : ShortHeader);

    private static void WriteHeader(PackWriter writer, InstanceDefinition definition)
    {
        long lease = (long)Math.Ceiling(definition.Lease.TotalMilliseconds);
        Span<byte> header = stackalloc byte[LongHeader];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)definition.Port);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)definition.Weights.Passing);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)definition.Weights.Warning);
        header[FlagsAt] = (byte)((definition.EnableTagOverride ? TagOverrideFlag : 0) | (lease > 0 ? LeaseFlag : 0)
            | (definition.Proxy is null ? 0 : ProxyFlag) | (definition.IsMeshNative ? MeshNativeFlag : 0)
            | (definition.TagsOverridden ? TagsOverriddenFlag : 0) | (definition.Epoch > 0 ? EpochFlag : 0)
            | (definition.IsStarting ? StartingFlag : 0));
        BinaryPrimitives.WriteInt64LittleEndian(header[ShortHeader..], lease);
        WriteRaw(writer, header[..(lease > 0 ? LongHeader : ShortHeader)]);
    }

    private static void WriteRaw(PackWriter writer, ReadOnlySpan<byte> bytes)
    {
        foreach (byte part in bytes)
        {
            writer.Byte(part);
        }
    }

    private ReadOnlySpan<byte> Field(int position)
    {
        var reader = new PackReader(Text);
        Skip(ref reader, position);
        return reader.Bytes();
    }

    private PackReader AfterFields()
    {
        var reader = new PackReader(Text);
        Skip(ref reader, 6);
        return reader;
    }

    private PackReader AfterAddresses()
    {
        PackReader reader = AfterFields();
        Skip(ref reader, reader.Count());
        Skip(ref reader, reader.Count() * 2);
        for (int left = reader.Count(); left > 0; left--)
        {
            Skip(ref reader, 2);
            reader.Number();
        }

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
